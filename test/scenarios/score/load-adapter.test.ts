import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../scenarios/cli/exit-status.ts';
import type { PlanArrival } from '../../../scenarios/live/plan/schema.ts';
import { type Adapter, AdapterError, isNoAnswer } from '../../../scenarios/score/adapter.ts';
import { loadAdapter } from '../../../scenarios/score/load-adapter.ts';
import { createPlayer } from '../../../scenarios/score/player.ts';

const folder = mkdtempSync(join(tmpdir(), 'breakwater-adapter-'));
afterAll(() => rmSync(folder, { recursive: true }));

let ordinal = 0;
const fileWith = (text: string): string => {
  ordinal += 1;
  const file = join(folder, `adapter-${ordinal}.mjs`);
  writeFileSync(file, text);
  return file;
};

const whole = ['create', 'capture', 'refund', 'read']
  .map((name) => `export const ${name} = async () => ({});`)
  .join('\n');

describe('an adapter file', () => {
  it('is taken with its four functions', async () => {
    expect(await loadAdapter(fileWith(whole))).toMatchObject({ statusUrl: null, webhook: null });
  });

  it.each([
    ['a function that is missing', whole.replace('export const refund', 'const refund'), /exports no function refund$/],
    ['an export that nobody knows', `${whole}\nexport const voidIt = 1;`, /exports voidIt; an adapter exports create/],
    ['an address that is none', `${whole}\nexport const statusUrl = 'here';`, /statusUrl of .* is no address$/],
    ['a syntax error', 'export const = 1;', /cannot be loaded: /],
    ['an error while it loads', "throw new Error('no\\nway');", /cannot be loaded: no$/],
  ])('is refused in one line for %s', async (_, text, line) => {
    const refused = await loadAdapter(fileWith(text)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect((refused as UsageError).lines).toEqual([expect.stringMatching(line)]);
  });
});

const arrival: PlanArrival = {
  atMs: 0,
  merchant: 'shop-1',
  ordinal: '1',
  operation: 'create',
  amountYen: 500,
  captureNow: true,
  stored: false,
  customer: 0,
  namesCard: false,
  card: { number: '4242424242424242', cvc: '123', expYear: 2030 },
  patienceMs: 1000,
  capture: null,
  refund: null,
};

const adapterThat = (create: Adapter['create']): Adapter => ({
  name: 'mine',
  create,
  capture: () => Promise.reject(new Error('not asked')),
  refund: () => Promise.reject(new Error('not asked')),
  read: () => Promise.resolve({ status: 'captured' }),
  statusUrl: null,
  webhook: null,
});

describe('what an adapter throws', () => {
  const playWith = (create: Adapter['create']) =>
    createPlayer(
      adapterThat(create),
      'run',
      () => 0,
      () => 1000,
    );

  it('is no answer when the network threw it', async () => {
    const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } });
    expect(isNoAnswer(refused)).toBe(true);
    const player = playWith(() => Promise.reject(refused));
    await player.play(arrival, true);
    expect(await player.stories()).toMatchObject([{ create: { outcome: 'silent' } }]);
  });

  it.each([
    ['a mistake', () => Promise.reject(new TypeError('x is not a function')), /create threw TypeError: x is not/],
    [
      'one thrown before any promise',
      () => {
        throw new RangeError('oh');
      },
      /create threw RangeError: oh/,
    ],
    [
      'an answer that is none',
      () => Promise.resolve({ outcome: 'fine' } as never),
      /create answered \{"outcome":"fine"\}/,
    ],
  ] as const)('ends the run when it is %s', async (_, create, line) => {
    const player = playWith(create);
    await expect(player.play(arrival, true)).rejects.toThrow(AdapterError);
    await expect(player.broken).rejects.toThrow(line);
  });
});
