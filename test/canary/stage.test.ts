/**
 * The virtual stage: a whole day as people run it, with everything that it writes; and the same
 * hour twice with other security codes, after which nothing may differ.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loseReply, on } from '../gateway/acquirers.ts';
import { openShop, type Told } from '../gateway/world.ts';
import { floodDay } from '../scenarios/theatre/short-days.ts';
import { canaryPan, type Place, passesLuhn, planted, scanFor, spellings } from './scanner.ts';

const bin = new URL('../../scenarios/bin.mjs', import.meta.url).pathname;

/** The ranges that the cast draws its buyers' numbers from. */
const ranges = /424242\d{10}|555555\d{10}|353011\d{10}|378282\d{9}/g;

describe('a day on the virtual stage, as the command line plays it', () => {
  it('writes no card number into report, results, trace or screen', () => {
    const folder = mkdtempSync(join(tmpdir(), 'breakwater-canary-day-'));
    const file = join(folder, 'day.yaml');
    // JSON is YAML; what the schema fills in by itself is not written.
    writeFileSync(file, JSON.stringify(floodDay()));
    const out = join(folder, 'out');
    const played = spawnSync(
      process.execPath,
      [
        bin,
        'replay',
        file,
        '--policy',
        'protected',
        '--out',
        out,
        '--trace',
        'full',
        '--json',
        '--junit',
        join(folder, 'junit.xml'),
      ],
      { encoding: 'buffer', maxBuffer: 1 << 28 },
    );
    expect([played.status, played.stderr.toString()]).toEqual([
      expect.toSatisfy((status) => status === 0 || status === 1),
      expect.anything(),
    ]);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name !== 'day.yaml' && statSync(join(folder, name)).isFile(),
    );
    const places: Place[] = [
      { name: 'standard output', bytes: played.stdout },
      { name: 'standard error', bytes: played.stderr },
      ...files.map((name) => ({ name, bytes: readFileSync(join(folder, name)) })),
    ];
    for (const kind of ['report.html', 'result.json', 'trace.ndjson', 'junit.xml']) {
      const place = places.find(({ name }) => name.endsWith(kind));
      expect([kind, (place?.bytes.length ?? 0) > 100]).toEqual([kind, true]);
      // Each of these would show one.
      for (const spelling of [spellings.plain!, spellings['base64, one byte on']!, spellings['UTF-16LE']!])
        expect(
          scanFor(
            [planted({ name: kind, bytes: place!.bytes.subarray(0, 100_000) }, spelling(canaryPan('424242', 77)))],
            ranges,
            passesLuhn,
          ),
        ).not.toEqual([]);
    }
    expect(scanFor(places, ranges, passesLuhn)).toEqual([]);
    const trace = places.find(({ name }) => name.endsWith('trace.ndjson'))!.bytes.toString('latin1');
    expect(trace).toMatch(/(cvc(%5D|\])|SecCd|SecurityCode)=\*\*\*/i);
    expect(trace).not.toMatch(/(cvc(%5D|\])|SecCd|SecurityCode)=\d/i);
    rmSync(folder, { recursive: true });
  }, 120_000);
});

/** Everything that comes out of an hour in which all codes are `cvc`: rows, log, answers, webhooks, what acquirers were sent. */
const hourWith = async (cvc: string): Promise<Record<string, string>> => {
  const world = await openShop({}, { webhookUrl: 'http://hooks.test/hook' });
  const hooks: string[] = [];
  world.stage.addProgram({
    program: 'hooks',
    host: 'hooks.test',
    create: () => ({
      app: {
        async fetch(request) {
          hooks.push(await request.text());
          return new Response('ok');
        },
      },
    }),
  });
  const answers: Told[] = [];
  await world.play(async () => {
    const { shop } = world;
    const card = { number: '4539578763621486', exp_month: 12, exp_year: 2030, cvc };
    const token = async (more: object = {}): Promise<string> => {
      const made = await shop.post('/v1/tokens', { card: { ...card, ...more } } as never, {
        as: 'pk',
        key: `token ${answers.length}`,
      });
      answers.push(made);
      return made.json.id as string;
    };
    const post = async (path: string, form: object, key?: string): Promise<void> =>
      void answers.push(await shop.post(path, form as never, key === undefined ? {} : { key }));
    await post('/v1/customers', { id: 'alice', card: await token() });
    await post('/v1/charges', { amount: 500, currency: 'jpy', card: await token() }, 'a');
    world.acquirers.escott.hand = on(['1Auth', '1Check'], loseReply);
    await post('/v1/charges', { amount: 600, currency: 'jpy', customer: 'alice' }, 'b');
    await token();
    world.acquirers.escott.hand = null;
    await token({ number: '4000008812345670' });
    await token({ exp_year: 2010 });
    await token({ [cvc]: 'x' }).catch(() => undefined);
  });
  await world.pass(3_600_000);
  const tables = world.rows(`select name from sqlite_master where type = 'table' order by name`);
  const rows = tables.map(({ name }) => JSON.stringify(world.rows(`select * from "${name}"`)));
  const calls = world.calls().map(({ fields: { SecCd, SecurityCode, ...fields }, ...call }) => ({
    ...call,
    fields,
    sent: (SecCd ?? SecurityCode ?? cvc) === cvc,
  }));
  return {
    rows: rows.join('\n'),
    log: JSON.stringify(world.log),
    // A parameter's own name is repeated to whoever sent it, and to nobody else.
    answers: JSON.stringify(answers).replaceAll(`card[${cvc}]`, 'card[?]'),
    hooks: hooks.join('\n'),
    calls: JSON.stringify(calls),
  };
};

describe('a security code', () => {
  it('leaves nothing behind: an hour with other codes ends in the same bytes', async () => {
    const [one, other] = [await hourWith('7391'), await hourWith('2846')];
    for (const place of Object.keys(one)) {
      expect(one[place]!.length).toBeGreaterThan(200);
      expect([place, one[place] === other[place]]).toEqual([place, true]);
    }
    expect(one.calls).toContain('"sent":true');
    expect(one.calls).not.toContain('"sent":false');
  });
});
