import { describe, expect, it } from 'vitest';
import { readHistory, recordOperation } from '../../../scenarios/history/operation.ts';

const line = recordOperation({
  client: 'vu-1',
  op: 'charge',
  key: 'k',
  object: 'ch_1',
  amountYen: 500,
  startedAtMs: 1,
  endedAtMs: 2,
  outcome: 'ok',
});

describe('a file of operations', () => {
  it('reads back what was recorded, and passes over empty lines', () => {
    const read = readHistory(`${line}\n\n${line}`);
    expect(read).toMatchObject({ ok: true, operations: [{ client: 'vu-1', amountYen: 500 }, { key: 'k' }] });
  });

  it('names line and field of what is wrong', () => {
    const read = readHistory(
      `${line}{"client":"a"\n${line.replace('"ok"', '"perhaps"')}${line.replace('"endedAtMs":2', '"endedAtMs":0')}`,
    );
    expect(read).toMatchObject({
      ok: false,
      faults: [
        { line: 2, path: '', reason: 'is no JSON' },
        { line: 3, path: 'outcome' },
        { line: 4, path: 'endedAtMs', reason: 'is before startedAtMs' },
      ],
    });
  });

  it('asks for what a judge needs: the amount of a payment, what a read saw, the charge of an answer', () => {
    const without = (name: string): string => JSON.stringify({ ...(JSON.parse(line) as object), [name]: null });
    expect(readHistory(without('amountYen'))).toMatchObject({ faults: [{ path: 'amountYen' }] });
    expect(readHistory(without('object'))).toMatchObject({ faults: [{ path: 'object' }] });
    expect(readHistory(without('endedAtMs'))).toMatchObject({ faults: [{ path: 'endedAtMs' }] });
    expect(readHistory(line.replace('"charge"', '"read"'))).toMatchObject({ faults: [{ path: 'seen' }] });
  });
});
