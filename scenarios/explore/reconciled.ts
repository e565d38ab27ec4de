/**
 * The morning after: every acquirer's file has closed, an operator asks for the day to be compared, and the answer is
 * true. Where acquirer and gateway have the same sums nothing is named, where they differ it is not called clean, and
 * what is named adds up to what is between the file and the books.
 *
 * What the acquirers really did is read from their own ledgers and the gateway's books by SQL, with none of its code.
 */
import type { SqliteStore } from '../../gateway/app.ts';
import { ownTenant } from '../play/world.ts';
import { readAcquirerBook } from '../theatre/books.ts';
import { hosts, secrets, urlOf } from '../theatre/credentials.ts';
import { enrolMs, type StagedDay } from '../theatre/day.ts';
import { callJson } from '../theatre/director.ts';
import type { Violation } from './world.ts';

const hourMs = 3_600_000;
const jstMs = 9 * hourMs;
const dayMs = 24 * hourMs;
/** Files close at 03:00; what disagrees is looked at again some minutes later. */
const closedMs = 3.3 * hourMs;
const readMs = 600_000;
/** A slow acquirer's list of twenty pages may need several nights' tries; they are hours apart. */
const triedMs = 12 * hourMs;

/** Yen taken and not given back. */
const netOf = (store: Pick<SqliteStore, 'inspect'>, acquirer: string): number => {
  let sum = 0;
  for (const row of store.inspect('select acquirer, captured_amount, refunded_amount from charges'))
    if (row.acquirer === acquirer) sum += Number(row.captured_amount) - Number(row.refunded_amount);
  return sum;
};

interface Report {
  readonly balances: boolean;
  readonly discrepancies: readonly { readonly class: string; readonly reference: string; readonly says: string }[];
}

/** Lets the night pass and asks. `honest`: no fault of the world makes an acquirer's books or its file false. */
export const reconciled = async (
  day: StagedDay,
  acquirers: readonly string[],
  honest: boolean,
): Promise<{ readonly judged: number; readonly violations: readonly Violation[] }> => {
  const { fetch } = day.stage.castMember('night', 'theatre');
  const startedMs = day.startWallMs + jstMs;
  const midnightMs = startedMs - (startedMs % dayMs) + dayMs - startedMs;
  const date = new Date(startedMs).toISOString().slice(0, 10);
  await day.runUntil(midnightMs + closedMs);
  day.stage.spawnTask('the morning after', async () => {
    for (const acquirer of acquirers)
      await callJson(fetch, 'POST', `${urlOf(hosts.gateway)}/admin/v1/reconciliations`, secrets.adminToken, {
        acquirer,
        date,
      });
  });
  const isWaiting = (): boolean =>
    [...day.store.inspect("select 1 from reconciliations where state = 'waiting'")].length > 0;
  let waitedMs = 0;
  do {
    waitedMs += readMs;
    await day.runUntil(day.stage.nowMs() - enrolMs + readMs);
  } while (isWaiting() && waitedMs < triedMs);
  // Only now, because the gateway's book is read now as well: subscriptions are renewed by night, too.
  const actual = new Map<string, number>();
  day.stage.spawnTask('the acquirers’ own books', async () => {
    for (const acquirer of acquirers) {
      const book = await readAcquirerBook(fetch, acquirer, day.startWallMs);
      let sum = 0;
      for (const { tenant, capturedYen, refundedYen } of book.transactions())
        if (tenant === ownTenant) sum += capturedYen - refundedYen;
      actual.set(acquirer, sum);
    }
    day.stage.stop();
  });
  await day.runUntil(day.stage.nowMs() - enrolMs + readMs);
  const violations: Violation[] = [];
  let judged = 0;
  let begun = 0;
  const violate = (acquirer: string, text: string): void => {
    violations.push({ check: 'RECONCILED', atMs: null, objects: [acquirer], text });
  };
  for (const row of day.store.inspect('select acquirer, state, report from reconciliations')) {
    const acquirer = String(row.acquirer);
    judged += 1;
    begun += 1;
    if (row.state !== 'done' || typeof row.report !== 'string') {
      violate(acquirer, `the reconciliation with ${acquirer} is ${String(row.state)} and not done`);
      continue;
    }
    const { balances, discrepancies } = JSON.parse(row.report) as Report;
    const theirs = actual.get(acquirer) ?? 0;
    const ours = netOf(day.store, acquirer);
    const [first] = discrepancies;
    if (!balances)
      violate(acquirer, `what the report on ${acquirer} names is not all that is between the file and our books`);
    if (theirs !== ours && balances && first === undefined)
      violate(acquirer, `the report on ${acquirer} is clean; it moved ${theirs} yen and our books have ${ours}`);
    if (theirs === ours && honest && first !== undefined)
      violate(
        acquirer,
        `the report on ${acquirer} says ${first.class} of ${first.reference}, and both have ${ours} yen: ${first.says}`,
      );
  }
  if (begun < acquirers.length) violate('all', `${begun} of ${acquirers.length} reconciliations were begun`);
  return { judged, violations };
};
