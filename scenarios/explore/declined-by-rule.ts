/**
 * What a fraud rule declines never reaches an issuer. Judged where a rule of the world's policy says so by the amount
 * alone: then nothing of that amount is authorised, and no record of the gateway needs to be believed.
 */
import type { Policy } from '../../gateway/app.ts';
import type { ExchangeRecord } from '../stage/exchange.ts';
import { enrolMs } from '../theatre/day.ts';
import type { Violation } from './world.ts';

/** Calls that ask for new money, with its amount: 1Auth and 1Gathering of e-SCOTT, EntryTran of GMO-PG. */
const asks = /OperateId=1(?:Auth|Gathering)|EntryTran/;
const amountField = /(?:^|&)Amount=(\d+)/;
const probe = /=probe-/;
const describedMax = 10;

/** Yen up to which every charge is declined; null: no rule says so. */
const boundOf = ({ fraud }: Policy): number | null => {
  if (fraud.mode !== 'on') return null;
  const bounds = fraud.rules.rules.flatMap(({ on, when, score }) => {
    const { amountYen, ...others } = when;
    const alone =
      amountYen?.atMost !== undefined && amountYen.atLeast === undefined && Object.keys(others).length === 0;
    const isOfCharges = on === undefined || on.includes('charge');
    return alone && isOfCharges && score >= fraud.rules.thresholds.decline ? [amountYen.atMost ?? 0] : [];
  });
  return bounds.length === 0 ? null : Math.max(...bounds);
};

export const createDeclinedByRule = (policy: Policy, acquirers: ReadonlySet<string>) => {
  const bound = boundOf(policy);
  const violations: Violation[] = [];
  let judged = 0;
  return {
    exchange({ from, to, path, requestBody, sentUs }: ExchangeRecord): void {
      if (bound === null || !from.startsWith('gateway') || !acquirers.has(to)) return;
      const atMs = sentUs / 1000 - enrolMs;
      const said = `${path}&${requestBody ?? ''}`;
      if (atMs < 0 || !asks.test(said) || probe.test(said)) return;
      const yen = Number(amountField.exec(requestBody ?? '')?.[1] ?? Number.NaN);
      if (Number.isNaN(yen)) return;
      judged += 1;
      if (yen <= bound && violations.length < describedMax)
        violations.push({
          check: 'DECLINED',
          atMs,
          objects: [to],
          text: `${to} was asked for ${yen} yen, which a rule declines up to ${bound}`,
        });
    },
    judge: () => ({ judged, violations }),
  };
};
