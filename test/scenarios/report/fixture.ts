/**
 * Results as a real day leaves them, from a few numbers: golden input for everything that renders.
 *
 * Not random: the same call gives the same result.
 */
import type {
  Band,
  ExpectationResult,
  InvariantResult,
  Mark,
  RunResult,
  Series,
  Timings,
} from '../../../scenarios/judge/result.ts';

const stepMs = 10_000;
const dayMs = 140 * 60_000;
const steps = dayMs / stepMs;
/** 21:02 and 22:12 of a day that starts at 20:35. */
export const onsetMs = 27 * 60_000;
export const endMs = 97 * 60_000;

const series = (
  id: Series['id'],
  subject: string | null,
  unit: Series['unit'],
  of: (atMs: number, index: number) => number | null,
): Series => ({
  id,
  subject,
  unit,
  fromMs: 0,
  stepMs,
  values: Array.from({ length: steps }, (_, index) => of(index * stepMs, index)),
});

const inFlood = (atMs: number): boolean => atMs >= onsetMs && atMs < endMs;
/** A little unrest, so that lines look alive. */
const ripple = (index: number, size: number): number => size * Math.sin(index * 1.7) * Math.cos(index * 0.31);

const both = (en: string, ja: string) => ({ en, ja });

export const noTimings: Timings = {
  onset: null,
  detected: null,
  firstShed: null,
  contained: null,
  failover: null,
  firstNotice: null,
  lastNotice: null,
  abuserTold: null,
  upstreamTold: null,
  recovered: null,
  resolved: null,
};

export const expectation = (over: Partial<ExpectationResult> = {}): ExpectationResult => ({
  id: 'ordinary-operations-succeed',
  bound: '>= 0.99',
  measured: 0.9974,
  holds: true,
  sample: 21_812,
  title: both('ordinary operations succeed, 21:02-22:12', '通常の処理の成功率（21:02-22:12）'),
  reason: null,
  ...over,
});

export const invariant = (over: Partial<InvariantResult> = {}): InvariantResult => ({
  id: 'INV-01',
  title: 'no charge is captured twice',
  judged: 12_345,
  found: 0,
  violations: [],
  ...over,
});

const invariants: InvariantResult[] = [
  invariant(),
  invariant({ id: 'INV-02', title: 'no approval is lost', judged: 14_002 }),
  invariant({ id: 'INV-03', title: 'refunds never exceed captures', judged: 811 }),
  invariant({ id: 'INV-05', title: 'the ledger balances', judged: 28_903 }),
  invariant({ id: 'INV-09', title: 'a declined card is never charged', judged: 0 }),
];

const shared: Band[] = [
  {
    kind: 'window',
    subject: 'published',
    state: '',
    fromMs: onsetMs,
    toMs: endMs,
    title: both('Published window 21:02-22:12', '公表された時間帯 21:02-22:12'),
  },
  {
    kind: 'cause',
    subject: 'escott',
    state: 'flood',
    fromMs: onsetMs,
    toMs: endMs - 30_000,
    title: both(
      'flood of 160 requests a second on another-merchant at escott, from 4,000 addresses',
      'escott の別加盟店 another-merchant へ4,000個のアドレスから毎秒160件の大量アクセス',
    ),
  },
];

const mark = (atMs: number, kind: Mark['kind'], en: string, ja: string): Mark => ({ atMs, kind, title: both(en, ja) });

const base = {
  scenario: 'payjp-2017-07-12',
  stage: 'virtual',
  seed: 1,
  verdict: 'holds',
  partial: false,
  wallMs: 6_840,
  cpuMs: 6_120,
  scenarioMs: dayMs,
  requests: 121_804,
  faults: { intended: 640_000, injected: 601_233 },
  invariants,
  startsAt: '2017-07-12T20:35:00+09:00',
  title: both(
    'A flood on another merchant of the upstream, 70 minutes',
    '上流接続先の別加盟店への大量アクセス (70分間)',
  ),
  sources: [
    {
      what: 'Create charge, capture, refund and card registration fail from 21:02 to 22:12',
      source: 'seed line 192: PAY.JP announcements of July 2017',
      assumed: false,
    },
    {
      what: 'Capacity of the upstream, 10 workers of 250 ms (40 calls a second), and a queue of 500',
      source: 'never published; scaled down so that a day plays in seconds',
      assumed: true,
    },
    {
      what: '40 merchants in three sizes, 5.3 operations a second with their captures and refunds',
      source: 'the announcements give no traffic',
      assumed: true,
    },
  ],
  versions: { breakwater: '0.1.0', node: '26.10.0', commit: 'cf91220' },
} as const satisfies Partial<RunResult>;

/** The day as it was: everything fails for 70 minutes, people speak after 19 minutes. */
export const asItWas = (over: Partial<RunResult> = {}): RunResult => ({
  ...base,
  policy: 'as-it-was',
  policyTitle: both('As it was', '当時のまま'),
  traceHash: 'b1946ac92492d2347c6235b4d2611184',
  expectations: [
    expectation({
      id: 'hurt-in-the-window',
      bound: '<= 0.4999',
      measured: 0.0312,
      title: both('ordinary operations succeed, 21:02-22:12', '通常の処理の成功率（21:02-22:12）'),
    }),
    expectation({
      id: 'unknown-outcomes-happened',
      bound: '>= 500',
      measured: 5_120,
      sample: null,
      title: both('unknown outcomes happened', '結果不明の発生数'),
    }),
  ],
  timings: {
    ...noTimings,
    onset: onsetMs + 900,
    firstNotice: onsetMs + 1_140_000,
    recovered: endMs,
    resolved: endMs + 780_000,
  },
  traffic: {
    innocent: { sent: 40_120, succeeded: 20_050, deferred: 0, successRate: 0.4998, extraFailures: 19_804 },
    abusive: { sent: 0, succeeded: 0, deferred: 0, successRate: null, extraFailures: null },
  },
  money: {
    captured: 62_118_400,
    refunded: 2_011_900,
    doubleCaptures: 0,
    lostApprovals: 0,
    unknownLeft: 0,
    discrepancyYen: 0,
    unknownSeen: 5_120,
    repliesLost: 412,
  },
  page: { resolvedSaid: 1, falseResolved: 0, neverTold: ['small-3', 'small-9'] },
  series: [
    series('innocentSuccess', null, 'share', (atMs, index) =>
      inFlood(atMs) ? Math.max(0, 0.03 + ripple(index, 0.03)) : Math.min(1, 0.998 + ripple(index, 0.002)),
    ),
    series('ordinaryPerSecond', null, 'perSecond', (_, index) => 5.3 + ripple(index, 0.6)),
    series('queueLength', 'escott', 'count', (atMs, index) =>
      inFlood(atMs) ? 498 + ripple(index, 2) : Math.max(0, ripple(index, 2)),
    ),
    series('utilisation', 'escott', 'share', (atMs, index) => (inFlood(atMs) ? 1 : 0.38 + ripple(index, 0.08))),
    series('queueLength', 'gmo', 'count', () => 0),
    series('utilisation', 'gmo', 'share', (_, index) => 0.2 + ripple(index, 0.04)),
    series(
      'otherTenantsPerSecond',
      'escott',
      'perSecond',
      (atMs, index) => (inFlood(atMs) ? 168 : 8) + ripple(index, 2),
    ),
    series('unknownOpen', null, 'count', (atMs) => (inFlood(atMs) ? Math.min(4_800, (atMs - onsetMs) / 800) : 0)),
    series('deferredOpen', null, 'count', () => 0),
  ],
  bands: [
    ...shared,
    {
      kind: 'incident',
      subject: 'page',
      state: 'investigating',
      fromMs: onsetMs + 1_140_000,
      toMs: endMs + 780_000,
      title: both('Trouble with the upstream', '上流接続先の障害'),
    },
  ],
  marks: [
    mark(onsetMs, 'timeline', 'flood of 160/s on another-merchant begins', '別加盟店への大量アクセス (毎秒160件) 開始'),
    mark(onsetMs + 900, 'moment', 'onset: the first ordinary payment is hurt', '影響の開始'),
    mark(onsetMs + 2_600, 'operator', 'escott: queue overflows', 'escott: 待ち行列があふれる'),
    mark(
      onsetMs + 1_140_000,
      'notice',
      'status page: investigating (operator-20170712-212100)',
      'ステータスページ: 調査中 (operator-20170712-212100)',
    ),
    mark(endMs - 30_000, 'timeline', 'flood ends', '大量アクセス終了'),
    mark(
      endMs + 780_000,
      'notice',
      'status page: resolved (operator-20170712-212100)',
      'ステータスページ: 復旧 (operator-20170712-212100)',
    ),
  ],
  ...over,
});

/** The same day protected: a dip of seconds. */
export const protectedDay = (over: Partial<RunResult> = {}): RunResult => ({
  ...asItWas(),
  policy: 'protected',
  policyTitle: both('Protected', '保護あり'),
  traceHash: '591785b794601e212b260e25925636fd',
  requests: 133_207,
  expectations: [
    expectation(),
    expectation({
      id: 'failover-in-time',
      bound: '<= 10000 ms',
      measured: 6_120,
      sample: null,
      title: both('failover after onset', '影響の開始から切り替えまで'),
    }),
    expectation({
      id: 'first-notice-in-time',
      bound: '<= 60000 ms',
      measured: 9_040,
      sample: null,
      title: both('first public notice after onset', '影響の開始から最初の公開告知まで'),
    }),
    expectation({
      id: 'books-equal',
      bound: '= 0',
      measured: 0,
      sample: 18_220,
      title: both('books equal to the yen', '帳簿が 1 円まで一致'),
    }),
  ],
  timings: {
    onset: onsetMs + 900,
    detected: onsetMs + 5_900,
    firstShed: null,
    contained: null,
    failover: onsetMs + 7_020,
    firstNotice: onsetMs + 9_940,
    lastNotice: onsetMs + 31_000,
    abuserTold: null,
    upstreamTold: onsetMs + 12_400,
    recovered: endMs + 240_000,
    resolved: endMs + 2_100_000,
  },
  traffic: {
    innocent: { sent: 41_200, succeeded: 41_096, deferred: 1_204, successRate: 0.99747, extraFailures: 88 },
    abusive: { sent: 0, succeeded: 0, deferred: 0, successRate: null, extraFailures: null },
  },
  money: { ...asItWas().money, captured: 118_402_100, refunded: 4_120_800, unknownSeen: 31, repliesLost: 4 },
  page: { resolvedSaid: 1, falseResolved: 0, neverTold: [] },
  series: asItWas().series.map((item) => {
    switch (item.id) {
      case 'innocentSuccess':
        return series(item.id, null, 'share', (atMs, index) =>
          atMs >= onsetMs && atMs < onsetMs + 10_000 ? 0.31 : Math.min(1, 0.9985 + ripple(index, 0.0015)),
        );
      case 'queueLength':
        return item.subject === 'gmo'
          ? series(item.id, 'gmo', 'count', (atMs, index) => (inFlood(atMs) ? Math.max(0, 2 + ripple(index, 3)) : 0))
          : item;
      case 'utilisation':
        return item.subject === 'gmo'
          ? series(item.id, 'gmo', 'share', (atMs, index) => (inFlood(atMs) ? 0.39 : 0.2) + ripple(index, 0.05))
          : item;
      case 'unknownOpen':
        return series(item.id, null, 'count', (atMs) => (inFlood(atMs) ? 31 : 0));
      case 'deferredOpen':
        return series(item.id, null, 'count', (atMs) =>
          inFlood(atMs) ? (atMs - onsetMs) / 3_500 : atMs >= endMs ? Math.max(0, 1_200 - (atMs - endMs) / 300) : 0,
        );
      default:
        return item;
    }
  }),
  bands: [
    ...shared,
    {
      kind: 'breaker',
      subject: 'escott',
      state: 'open',
      fromMs: onsetMs + 5_900,
      toMs: endMs + 30_000,
      title: both('breaker escott', '遮断器 escott'),
    },
    {
      kind: 'breaker',
      subject: 'escott',
      state: 'ramp',
      fromMs: endMs + 30_000,
      toMs: endMs + 240_000,
      title: both('breaker escott', '遮断器 escott'),
    },
    {
      kind: 'incident',
      subject: 'page',
      state: 'investigating',
      fromMs: onsetMs + 9_940,
      toMs: onsetMs + 40_000,
      title: both('Payments fail at an upstream provider', '上流接続先の障害'),
    },
    {
      kind: 'incident',
      subject: 'page',
      state: 'identified',
      fromMs: onsetMs + 40_000,
      toMs: endMs + 300_000,
      title: both('Payments fail at an upstream provider', '上流接続先の障害'),
    },
    {
      kind: 'incident',
      subject: 'page',
      state: 'monitoring',
      fromMs: endMs + 300_000,
      toMs: endMs + 1_200_000,
      title: both('Payments fail at an upstream provider', '上流接続先の障害'),
    },
  ],
  marks: [
    mark(onsetMs, 'timeline', 'flood of 160/s on another-merchant begins', '別加盟店への大量アクセス (毎秒160件) 開始'),
    mark(onsetMs + 900, 'moment', 'onset: the first ordinary payment is hurt', '影響の開始'),
    mark(onsetMs + 2_600, 'operator', 'escott: queue overflows', 'escott: 待ち行列があふれる'),
    mark(onsetMs + 5_900, 'breaker', 'breaker escott opens', '遮断器 escott 遮断'),
    mark(onsetMs + 5_901, 'routing', 'routing: escott gets 0', '経路: escott の割合 0'),
    mark(
      onsetMs + 6_100,
      'incident',
      'gateway: incident inc_1 opened (investigating)',
      'ゲートウェイ: 障害 inc_1 発生',
    ),
    mark(onsetMs + 9_940, 'notice', 'status page: investigating (inc_1)', 'ステータスページ: 調査中 (inc_1)'),
    mark(onsetMs + 12_400, 'notice', 'our notice reaches escott', 'escott へ連絡完了'),
    mark(onsetMs + 40_000, 'notice', 'status page: identified (inc_1)', 'ステータスページ: 原因特定 (inc_1)'),
    mark(onsetMs + 1_840_000, 'notice', 'status page: identified (inc_1)', 'ステータスページ: 原因特定 (inc_1)'),
    mark(endMs - 30_000, 'timeline', 'flood ends', '大量アクセス終了'),
    mark(endMs + 10_000, 'operator', 'escott: queue is calm again', 'escott: 待ち行列が平常に戻る'),
    mark(endMs + 30_000, 'breaker', 'breaker escott lets traffic back in steps', '遮断器 escott 段階的に再開'),
    mark(endMs + 31_000, 'routing', 'routing: escott gets 0.05', '経路: escott の割合 0.05'),
    mark(endMs + 90_000, 'routing', 'routing: escott gets 0.25', '経路: escott の割合 0.25'),
    mark(endMs + 240_000, 'breaker', 'breaker escott closes', '遮断器 escott 復帰'),
    mark(endMs + 300_000, 'notice', 'status page: monitoring (inc_1)', 'ステータスページ: 経過観察 (inc_1)'),
    mark(endMs + 1_200_000, 'notice', 'status page: resolved (inc_1)', 'ステータスページ: 復旧 (inc_1)'),
  ],
  ...over,
});

/** A third policy with an abuser of our own and an expectation that fails. */
export const failingDay = (over: Partial<RunResult> = {}): RunResult => ({
  ...protectedDay(),
  policy: 'protected-late',
  policyTitle: both('Protected, limiter ten minutes late', '保護あり (流量制限は10分遅れ)'),
  verdict: 'fails',
  expectations: [
    expectation({ measured: 0.98999, holds: false, reason: '0.9899 is below 0.99' }),
    expectation({
      id: 'failover-in-time',
      bound: '<= 10000 ms',
      measured: null,
      holds: false,
      sample: null,
      title: both('failover after onset', '影響の開始から切り替えまで'),
      reason: 'it never came',
    }),
    expectation({
      id: 'no-cap',
      bound: 'absent',
      measured: null,
      sample: null,
      title: both('the acquirer never caps us', '接続先による制限なし'),
    }),
  ],
  traffic: {
    innocent: protectedDay().traffic.innocent,
    abusive: { sent: 52_000, succeeded: 1_200, deferred: 0, successRate: 0.023, extraFailures: null },
  },
  series: [
    ...protectedDay().series,
    series('abuserPerSecond', null, 'perSecond', (atMs, index) => (inFlood(atMs) ? 6.5 + ripple(index, 1) : 0)),
    series('abuserUpstreamPerSecond', null, 'perSecond', (atMs, index) =>
      inFlood(atMs) ? (atMs < onsetMs + 600_000 ? 6.5 : 0.2) + ripple(index, 0.2) : 0,
    ),
  ],
  bands: [
    ...protectedDay().bands,
    {
      kind: 'cap',
      subject: 'escott',
      state: 'capped',
      fromMs: onsetMs + 300_000,
      toMs: endMs - 600_000,
      title: both('cap on gateway', 'gateway への制限'),
    },
  ],
  ...over,
});
