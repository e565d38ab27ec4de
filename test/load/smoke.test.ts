/** Every k6 script against one sandbox, a few seconds each, with the real k6. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan as LoadPlan } from '../../load/plan.ts';
import { memberIds } from '../../scenarios/cast/schema.ts';
import { exportPlan } from '../../scenarios/live/plan/export.ts';
import { Plan } from '../../scenarios/live/plan/schema.ts';
import { loadScenario } from '../../scenarios/play/load-scenario.ts';
import { openSandbox, type Sandbox } from '../../scenarios/sandbox/sandbox.ts';
import { root } from '../house/source.ts';
import { journalIn, noK6, runK6 } from './k6.ts';

const key = 'c62fade9d045b54cd76d7036';

const planFor = (gatewayUrl: string, statusUrl: string, startAtMs: number | null) => {
  const loaded = loadScenario(join(root, 'scenarios/catalogue/payjp-2017-07-12.yaml'));
  if (!loaded.ok) throw new Error('the scenario does not load');
  const { scenario } = loaded;
  const plan = exportPlan({
    scenario,
    policy: 'protected',
    seed: 1,
    // Six seconds of the calm before: the sandbox's acquirers know nothing of the flood.
    window: { fromMs: 600_000, toMs: 606_000 },
    accounts: memberIds(scenario.cast).map((id) => ({
      id,
      merchantId: id,
      secretKey: `sk_test_${key}`,
      publicKey: `pk_test_${key}`,
      customers: [],
    })),
    urls: { gateways: [gatewayUrl], status: statusUrl },
    startAtMs,
    causes: false,
    thresholds: { innocent_success: 0.99 },
  });
  return { ...plan, thresholds: { innocent_success: 0.99, double_capture: 0 as const } };
};

describe.skipIf(noK6)('k6 scripts against the sandbox', () => {
  let sandbox: Sandbox;
  const out = mkdtempSync(join(tmpdir(), 'breakwater-load-'));
  const settings = (more: Readonly<Record<string, string>> = {}) => ({
    GATEWAY_URL: sandbox.addresses.gateway,
    STATUS_URL: sandbox.addresses.status,
    SIM_URL: `${sandbox.addresses.pages}/escott`,
    RATE: '2',
    DURATION_S: '3',
    ...more,
  });

  beforeAll(async () => {
    const quiet = () => {};
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    sandbox = await openSandbox({ port: 0, state: null, policy: 'sandbox', worldsMax: 5, log } as Parameters<
      typeof openSandbox
    >[0]);
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(out, { recursive: true });
  });

  const scripts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'steady-checkout': {},
    'merchant-flood': {},
    'card-testing': {},
    failover: { DURATION_S: '16' },
    notification: { DURATION_S: '15', RATE: '3' },
    'three-d-secure': {},
    soak: { DURATION_S: '6', DRIFT_MAX: '20' },
    'stress-ramp': { RATE: '1', RATE_MAX: '6', DURATION_S: '10' },
  };

  it('runs every script there is', () => {
    const shared =
      'books card card-holder client globals.d incident journal judge metrics operations plan random settings shape summary traffic trouble verdict watch';
    const found = readdirSync(join(root, 'load'))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.slice(0, -3))
      .filter((name) => !shared.split(' ').includes(name));
    expect(found.sort()).toEqual([...Object.keys(scripts), 'replay'].sort());
  });

  it.each(Object.entries(scripts))('%s keeps its thresholds', async (script, more) => {
    const folder = join(out, script);
    mkdirSync(folder);
    const run = await runK6(`${script}.ts`, settings({ ...more, OUT: folder }));
    expect(run.stderr).not.toContain('level=error');
    expect({ script, status: run.status, said: run.status === 0 ? '' : run.stdout }).toMatchObject({ status: 0 });
    expect(run.stdout).toContain(`${script}: holds`);
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toMatch(/failures="0"/);
    expect(readFileSync(join(folder, 'summary.html'), 'utf8')).toContain('<table>');
    expect(JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'))).toMatchObject({ script });
  });

  it('ends with 99 and a failure in JUnit when a threshold is broken', async () => {
    const folder = join(out, 'broken');
    mkdirSync(folder);
    const run = await runK6(
      'card-testing.ts',
      settings({ SECRET_KEY: 'sk_test_nobody', DURATION_S: '2', OUT: folder }),
    );
    expect(run.status).toBe(99);
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toMatch(/<failure message="innocent_success/);
  });

  it('plays every arrival of a plan once, also in two processes with a segment each', async () => {
    const { gateway, status } = sandbox.addresses;
    const expected = (plan: LoadPlan): string[] =>
      plan.scenarios
        .flatMap(({ arrivals }) => arrivals.map(({ merchant, ordinal }) => `${merchant}/${ordinal}`))
        .sort();
    const played = (files: readonly string[]): string[] =>
      files
        .flatMap(journalIn)
        .filter(({ t, kind }) => t === 'operation' && (kind === 'create' || kind === 'registration'))
        .map(({ member, ordinal }) => `${String(member)}/${String(ordinal)}`)
        .sort();

    const plan: LoadPlan = Plan.parse(planFor(gateway, status, Date.now() + 6000));
    const file = join(out, 'plan.json');
    writeFileSync(file, JSON.stringify(plan));
    const part = (name: string, segment: string, watch: string) =>
      runK6('replay.ts', settings({ PLAN: file, OPERATIONS: '1', WATCH: watch }), [
        '--execution-segment',
        segment,
        '--execution-segment-sequence',
        '0,1/2,1',
        '--log-format',
        'raw',
        '--console-output',
        join(out, name),
      ]);
    const runs = await Promise.all([part('one.ndjson', '0:1/2', '1'), part('two.ndjson', '1/2:1', '0')]);
    expect(runs.map(({ status: ended }) => ended)).toEqual([0, 0]);
    const halves = ['one.ndjson', 'two.ndjson'].map((name) => played([join(out, name)]));
    for (const half of halves) expect(half.length).toBeGreaterThan(0);
    expect(halves.flat().sort()).toEqual(expected(plan));
  });
});
