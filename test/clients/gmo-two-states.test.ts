/**
 * One order, two states, 64 connections that push it back and forth at once. However their calls
 * interleave, every transition that was answered with success must be one that the other side's
 * last one allows. `BREAKWATER_FLOW_REQUESTS` sets how many calls are made, `BREAKWATER_FIGURES` names a
 * file for what came of them (`npm run nightly -- flow`).
 */
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type Simulator, startSimulator } from './gmo-simulator.ts';

const REQUESTS = Number(process.env.BREAKWATER_FLOW_REQUESTS ?? 5_000);
const CONNECTIONS = 64;
const ORDERS = 4;

interface Row {
  readonly reference: string;
  readonly kind: string;
}

describe(`an order under ${CONNECTIONS} connections (${REQUESTS} calls)`, () => {
  let simulator: Simulator;
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(async () => {
    agent.destroy();
    await simulator.close();
  });

  const call = (api: string, fields: Readonly<Record<string, string>>): Promise<URLSearchParams> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const sent = request(`${simulator.url}/payment/${api}.idPass`, { method: 'POST', agent, headers }, (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () => resolve(new URLSearchParams(Buffer.concat(chunks).toString())));
      });
      sent.on('error', reject).end(new URLSearchParams(fields).toString());
    });

  const authorised = async (OrderID: string): Promise<Record<string, string>> => {
    const entered = await call('EntryTran', { ...SHOP, OrderID, JobCd: 'AUTH', Amount: '1000' });
    const keys = { AccessID: entered.get('AccessID') ?? '', AccessPass: entered.get('AccessPass') ?? '' };
    await call('ExecTran', { ...keys, OrderID, Method: '1', CardNo: '4111111111111111', Expire: '3012' });
    return keys;
  };

  it('moves between AUTH and VOID and nowhere else, and every caller is told what happened', async () => {
    const orders = await Promise.all(Array.from({ length: ORDERS }, (_, nth) => authorised(`flow-${nth}`)));
    const jobs = { VOID: {}, AUTH: { Amount: '1000', Method: '1' } };
    const told = { VOID: 0, AUTH: 0, refused: 0 };
    const tranIds = new Set<string>();
    const refusals = new Set<string>();
    let left = REQUESTS;
    const caller = async (nth: number): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const JobCd = (left + nth) % 2 === 0 ? 'VOID' : 'AUTH';
        const keys = orders[left % ORDERS] ?? {};
        const reply = await call('AlterTran', { ...SHOP, ...keys, JobCd, ...jobs[JobCd] });
        const errInfo = reply.get('ErrInfo');
        if (errInfo === null) {
          told[JobCd] += 1;
          tranIds.add(`${keys.AccessID}/${reply.get('TranID')}`);
        } else {
          refusals.add(errInfo);
          told.refused += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, nth) => caller(nth)));

    const rows = new Map<string, string[]>();
    for (let after = 0; ; ) {
      const reply = await fetch(`${simulator.url}/sim/v1/ledger?after=${after}&limit=1000`);
      const page = (await reply.json()) as { rows: Row[]; next: number | null };
      for (const { reference, kind } of page.rows) rows.set(reference, [...(rows.get(reference) ?? []), kind]);
      if (page.next === null) break;
      after = page.next;
    }
    const wrong = [...rows.values()].flatMap((kinds) =>
      kinds.filter((kind, nth) => kind !== (nth % 2 === 0 ? 'authorise' : 'void')),
    );
    const booked = [...rows.values()].flat().length - ORDERS;
    if (process.env.BREAKWATER_FIGURES !== undefined) {
      const figures = { connections: CONNECTIONS, calls: REQUESTS, told, wrong: wrong.length };
      writeFileSync(process.env.BREAKWATER_FIGURES, `${JSON.stringify(figures)}\n`);
    }
    expect(wrong).toEqual([]);
    expect([...refusals]).toEqual(['E11010003']);
    expect(told.VOID + told.AUTH).toBe(booked);
    expect(told.VOID + told.AUTH + told.refused).toBe(REQUESTS);
    // Both sides were at it: a run in which one of them never got through shows nothing.
    expect(Math.min(told.VOID, told.AUTH, told.refused)).toBeGreaterThan(REQUESTS / 100);
    expect(Math.abs(told.VOID - told.AUTH)).toBeLessThanOrEqual(ORDERS);
    expect(tranIds.size).toBeGreaterThan(0.99 * booked);
  }, 600_000);
});
