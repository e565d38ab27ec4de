/**
 * The score card tells good from bad: the same excerpt against ours and against a gateway without
 * protections, side by side on real sockets.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHousehold, type Household } from '../../../scenarios/live/children.ts';
import { excerptOf } from '../../../scenarios/live/excerpt.ts';
import { scenarioFileOf } from '../../../scenarios/play/catalogue.ts';
import { loadScenario } from '../../../scenarios/play/load-scenario.ts';
import type { Adapter } from '../../../scenarios/score/adapter.ts';
import { renderScore } from '../../../scenarios/score/render.ts';
import { type Score, scoreGateway } from '../../../scenarios/score/score.ts';
import { startExample, startOurs } from './gateways.ts';

const loaded = loadScenario(scenarioFileOf('payjp-2017-07-12') ?? '');
if (!loaded.ok) throw new Error('the day is not valid');
const { scenario } = excerptOf(loaded.scenario, {
  policy: 'protected',
  beforeSeconds: 10,
  causeSeconds: 50,
  afterSeconds: 20,
});
/** Ours asks about what is not known for twenty seconds, and once more after four. */
const settleMs = 35_000;

const folder = mkdtempSync(join(tmpdir(), 'breakwater-score-'));
const households: Household[] = [];

/** Plays with a gateway that starts once the acquirers stand. */
const played = (name: string, start: typeof startExample): Promise<Score> => {
  const own = join(folder, name);
  mkdirSync(own);
  const household = createHousehold(join(own, 'logs'));
  households.push(household);
  const gateway = Promise.withResolvers<Adapter>();
  let started: Adapter | null = null;
  const adapter: Adapter = {
    name,
    create: async (...given) => (await gateway.promise).create(...given),
    capture: async (...given) => (await gateway.promise).capture(...given),
    refund: async (...given) => (await gateway.promise).refund(...given),
    read: async (...given) => (await gateway.promise).read(...given),
    get statusUrl() {
      return started?.statusUrl ?? null;
    },
    webhook: null,
  };
  return scoreGateway({
    scenario,
    policy: 'protected',
    adapter,
    gatewayUrl: null,
    seed: 1,
    port: 0,
    waitMs: 5_000,
    settleMs,
    async onReady(upstreams) {
      started = await start({ household, folder: own, upstreams });
      gateway.resolve(started);
    },
  });
};

describe('the score card', () => {
  let ours: Score;
  let example: Score;
  const line = ({ card }: Score, id: string) => {
    const found = card.lines.find((one) => one.id === id);
    if (found === undefined) throw new Error(`the card has no line ${id}`);
    return found;
  };

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    [ours, example] = await Promise.all([played('ours', startOurs), played('example', startExample)]);
    process.stderr.write(renderScore('ours', ours.card) + renderScore('the example', example.card));
  }, 400_000);
  afterAll(async () => {
    for (const household of households) await household.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds nothing that ours does not hold', () => {
    expect(ours.card.lines.filter(({ holds }) => !holds)).toEqual([]);
    expect(ours.partial).toBe(false);
  });

  it.each(['in-trouble', 'failover', 'first-notice', 'one-key-one-payment'])(
    'has %s hold for ours and not for a gateway without protections',
    (id) => {
      expect([line(ours, id).holds, line(example, id).holds]).toEqual([true, false]);
    },
  );

  it('counts more lines for ours than for a gateway without protections', () => {
    expect(ours.card.held / ours.card.lines.length).toBeGreaterThan(example.card.held / example.card.lines.length);
  });

  it('has the calm before hold for both: it is the trouble that tells them apart', () => {
    expect([line(ours, 'calm').holds, line(example, 'calm').holds]).toEqual([true, true]);
  });

  it('played the same payments to both', () => {
    const keys = ({ observed }: Score) =>
      observed.payments.map(({ cardFingerprint, amountYen }) => `${cardFingerprint} ${amountYen}`).sort();
    expect(keys(ours)).toEqual(keys(example));
    expect(keys(ours).length).toBeGreaterThan(100);
  });
});
