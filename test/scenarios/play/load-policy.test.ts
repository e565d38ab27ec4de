import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatFault } from '../../../scenarios/play/faults.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';
import { policyNames } from '../../../scenarios/play/policy-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-policies-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

const policyOf = (entry: string) => {
  const loaded = loadPolicy(entry);
  if (!loaded.ok) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return loaded.policy;
};

const faultsOf = (entry: string): readonly string[] => {
  const loaded = loadPolicy(entry);
  return loaded.ok ? [] : loaded.faults.map((fault) => formatFault({ ...fault, file: path.basename(fault.file) }));
};

const head = 'extends: protected\nname: mine\ntitle: { en: Mine, ja: 独自 }\n';

describe('the policies that come with the project', () => {
  it.each(policyNames())('%s passes the check and is called as its file', (name) => {
    expect(policyOf(name).name).toBe(name);
  });

  it('as-it-was switches every protection off and keeps the numbers of the money core', () => {
    const [was, guarded] = [policyOf('as-it-was'), policyOf('protected')];
    expect({
      limits: was.limits.enabled,
      breaker: was.breaker.enabled,
      failover: was.routing.failover,
      detector: was.detector.enabled,
      machineNotices: was.incidents.machineNotices,
      abuse: was.abuse.enabled,
      tellUpstream: was.abuse.tellUpstream,
      deferral: was.deferral.enabled,
    }).toEqual({
      limits: false,
      breaker: false,
      failover: false,
      detector: false,
      machineNotices: false,
      abuse: false,
      tellUpstream: false,
      deferral: false,
    });
    expect(was.settling).toEqual(guarded.settling);
    expect(was.upstream.timeoutMs).toEqual(guarded.upstream.timeoutMs);
    const { deadline, concurrency, fairShare, retryBudget } = was.upstream;
    expect([deadline, concurrency, fairShare, retryBudget].map(({ enabled }) => enabled)).toEqual(Array(4).fill(false));
  });

  /** Fraud rules would hold the merchant of that day before a limiter is needed, and nothing would be shown. */
  const withoutFraud = <Rest extends { readonly fraud: object }>(policy: Rest) => ({
    ...policy,
    fraud: { ...policy.fraud, mode: 'off' },
  });

  it('protected-late differs from protected by the hour of the limiter alone', () => {
    const { limits, name, title, ...late } = policyOf('protected-late');
    const { limits: guarded, name: _, title: __, ...others } = policyOf('protected');
    expect(late).toEqual({ ...withoutFraud(others), abuse: { ...others.abuse, badToAct: 1_000_000 } });
    expect(limits).toEqual({ ...guarded, activeFrom: '2017-07-14T07:33:00+09:00' });
  });

  it.each([
    ['no-limiter', 'limits'],
    ['no-breaker', 'breaker'],
    ['no-failover', 'routing'],
  ] as const)('%s differs from protected in its %s alone', (name, part) => {
    const { name: _, title: __, [part]: ___, ...less } = policyOf(name);
    const { name: ____, title: _____, [part]: ______, ...whole } = policyOf('protected');
    expect(less).toEqual(part === 'limits' ? withoutFraud(whole) : whole);
  });
});

describe('a policy file', () => {
  it('that extends another says only what differs, and lists are replaced', () => {
    const file = write('mine.yaml', `${head}breaker: { slowMs: 2000, rampShares: [1] }\n`);
    const { breaker } = policyOf(file);
    expect(breaker).toEqual({ ...policyOf('protected').breaker, slowMs: 2000, rampShares: [1] });
  });

  it('may extend a file beside it', () => {
    write('base.yaml', `${head.replace('mine', 'base')}deferral: { enabled: false }\n`);
    const file = write('above.yaml', 'extends: ./base.yaml\nname: above\n');
    expect(policyOf(file).deferral.enabled).toBe(false);
  });

  it.each([
    ['an unknown key', `${head}breaker: { slowMS: 1000 }\n`, 'mine.yaml:4:12: breaker.slowMS: unknown key'],
    ['a share above one', `${head}breaker:\n  probeJitter: 2\n`, 'mine.yaml:5:16: breaker.probeJitter: '],
    [
      'a rule of the whole broken by the part',
      `${head}detector: { failures: { brokenShares: [0.0001] } }\n`,
      'mine.yaml:4:40: detector.failures.brokenShares[0]: must be greater than healthyShare',
    ],
    ['a base that is not there', head.replace('protected', 'guarded'), 'mine.yaml:1:10: extends: no policy "guarded"'],
    [
      'itself as its base',
      head.replace('protected', './mine.yaml'),
      'mine.yaml:1:10: extends: ./mine.yaml extends this policy in turn',
    ],
    [
      'no text as its base',
      head.replace('protected', '[a, b]'),
      'mine.yaml:1:10: extends: must be the name or file of a policy',
    ],
    ['another name than its file', head.replace('name: mine', 'name: yours'), 'mine.yaml:2:7: name: must be "mine"'],
    ['no YAML', 'a: [', 'mine.yaml:1:5: not YAML: '],
  ])('with %s is refused at its place', (_, text, start) => {
    expect(faultsOf(write('mine.yaml', text)).map((fault) => fault.slice(0, start.length))).toEqual([start]);
  });

  it('that is not there is named', () => {
    expect(faultsOf(path.join(folder, 'none.yaml'))).toEqual(['none.yaml:1:1: no such file']);
  });
});
