/** Every fixed word of the report, the terminal and JUnit, in both languages. */
import type { Band, Mark, MomentName, RunResult } from '../judge/result.ts';
import type { Words } from '../play/words.ts';

export const markKinds: Readonly<Record<Mark['kind'], Words>> = {
  timeline: { en: 'timeline', ja: '出来事' },
  breaker: { en: 'breaker', ja: 'ブレーカー' },
  routing: { en: 'routing', ja: '経路' },
  abuse: { en: 'abuse', ja: '不正' },
  incident: { en: 'incident', ja: '障害' },
  notice: { en: 'notice', ja: '通知' },
  operator: { en: 'operator', ja: '運用' },
  process: { en: 'process', ja: '処理系' },
  moment: { en: 'moment', ja: '節目' },
};

export const bandKinds: Readonly<Record<Band['kind'], Words>> = {
  window: { en: 'Published window', ja: '公表された時間帯' },
  cause: { en: 'Cause', ja: '原因' },
  cap: { en: 'Restricted by the acquirer', ja: '接続先による制限' },
  breaker: { en: 'Breaker', ja: 'ブレーカー' },
  incident: { en: 'Incident on the status page', ja: 'ステータスページの障害情報' },
};

/** A public incident whose stages nobody told apart. */
const published: Words = { en: 'on the status page', ja: 'ステータスページに掲載中' };

/** The state of a band in words: those of programs where they are not known here. */
export const stateOf = ({ kind, state }: Pick<Band, 'kind' | 'state'>): Words =>
  kind === 'incident' && state === 'open' ? published : (bandStates[state] ?? { en: state, ja: state });

const bandStates: Readonly<Record<string, Words>> = {
  open: { en: 'open', ja: '遮断' },
  ramp: { en: 'letting traffic back in steps', ja: '段階的に再開' },
  closed: { en: 'closed', ja: '通常' },
  capped: { en: 'restricted', ja: '制限中' },
  investigating: { en: 'investigating', ja: '調査中' },
  identified: { en: 'identified', ja: '原因特定' },
  monitoring: { en: 'monitoring', ja: '経過観察' },
  resolved: { en: 'resolved', ja: '復旧' },
};

export const moments: Readonly<Record<MomentName, Words>> = {
  onset: { en: 'Onset: the first ordinary payment is hurt', ja: '影響の開始 (通常の決済が最初に失敗)' },
  detected: { en: 'Detected', ja: '検知' },
  firstShed: { en: 'First refusal of the abuser', ja: '大量アクセスへの最初の拒否' },
  contained: { en: 'Abuser contained', ja: '大量アクセスの抑え込み' },
  failover: { en: 'New payments go to the other acquirer', ja: '新規決済を別の接続先へ切り替え' },
  firstNotice: { en: 'First public notice', ja: '最初の告知' },
  lastNotice: { en: 'Last affected merchant told', ja: '影響を受けた全加盟店へ通知済み' },
  abuserTold: { en: 'Abuser told', ja: '大量アクセス元の加盟店へ連絡' },
  upstreamTold: { en: 'Acquirer told', ja: '接続先へ連絡' },
  recovered: { en: 'Recovered at the original acquirer', ja: '元の接続先での回復' },
  resolved: { en: 'Status page says resolved', ja: 'ステータスページで復旧を告知' },
};

export const moneyFigures: readonly (readonly [
  keyof RunResult['money'],
  Words,
  'yen' | 'count',
  mustBeZero: boolean,
])[] = [
  ['captured', { en: 'Captured', ja: '売上確定額' }, 'yen', false],
  ['refunded', { en: 'Refunded', ja: '返金額' }, 'yen', false],
  ['doubleCaptures', { en: 'Captured twice', ja: '二重売上' }, 'count', true],
  ['lostApprovals', { en: 'Approvals lost from the books', ja: '帳簿から失われた承認' }, 'count', true],
  ['unknownLeft', { en: 'Outcomes still unknown at the end', ja: '終了時に結果不明の件数' }, 'count', true],
  ['discrepancyYen', { en: 'Difference between the books', ja: '帳簿間の差額' }, 'yen', true],
  ['unknownSeen', { en: 'Outcomes that were unknown for a while', ja: '一時的に結果不明となった件数' }, 'count', false],
  ['repliesLost', { en: 'Approvals whose reply was lost', ja: '応答が失われた承認' }, 'count', false],
];

export const words = {
  reportOf: { en: 'Run report', ja: '実行レポート' },
  holds: { en: 'holds', ja: '合格' },
  fails: { en: 'fails', ja: '不合格' },
  allHold: { en: 'Every expectation holds', ja: 'すべての期待を満たしました' },
  someFail: { en: 'Not every expectation holds', ja: '満たされなかった期待があります' },
  partial: { en: 'Interrupted: these figures are partial.', ja: '途中で中断されたため、数値は部分的です。' },
  live: {
    en: 'Played on the live stage: real time and real sockets, so the run cannot be repeated bit for bit.',
    ja: '実時間・実ソケットでの実行のため、完全には再現できません。',
  },
  dayPlots: { en: 'The day', ja: '一日の経過' },
  dayNote: {
    en: 'One time axis for everything, Japan time. Shaded: the cause. Drops in a policy’s colour: what was detected, decided and told.',
    ja: 'すべて同じ時間軸 (日本時間) です。網掛けは原因の続いた時間、方針の色の印は検知・判断・告知を示します。',
  },
  windowNote: { en: ' Dashed: the window that was published.', ja: '破線は公表された時間帯です。' },
  success: { en: 'Ordinary payments that succeed', ja: '通常の決済の成功率' },
  queueAt: { en: 'Requests waiting at', ja: '待ち行列の長さ:' },
  utilisationAt: { en: 'Utilisation of', ja: '稼働率:' },
  othersAt: { en: 'Requests of its other tenants, per second, at', ja: '他の加盟店からのリクエスト (毎秒):' },
  abuser: { en: 'Requests of the abuser per second', ja: '大量アクセス元の加盟店のリクエスト (毎秒)' },
  abuserNote: {
    en: 'Dotted: sent. Solid: what got past our refusals.',
    ja: '点線: 送信数、実線: 当社の制限を通過した数',
  },
  unknownOpen: { en: 'Outcomes unknown and not yet settled', ja: '結果不明で未解決の件数' },
  deferredOpen: { en: 'Captures and refunds accepted for later', ja: '後で処理するため受け付けた確定・返金' },
  whatHappened: { en: 'What happened', ja: '出来事と判断' },
  theCause: { en: 'The cause, under every policy', ja: '原因 (全方針で共通)' },
  closeUp: { en: 'The first minute, close up', ja: '最初の1分間の拡大' },
  moreMarks: { en: 'more in result.json', ja: '件は result.json にあります' },
  noMarks: { en: 'Nothing was decided or told.', ja: '判断や通知はありませんでした。' },
  verdicts: { en: 'Expectations', ja: '期待と結果' },
  expectation: { en: 'Expectation', ja: '期待' },
  measured: { en: 'Measured', ja: '結果' },
  bound: { en: 'Bound', ja: '条件' },
  noExpectations: { en: 'No expectation is named for this policy.', ja: 'この方針への期待は定められていません。' },
  sample: { en: 'judged on', ja: '対象' },
  moments: { en: 'Moments', ja: '節目の時刻' },
  momentsNote: { en: 'Japan time, and time since the onset.', ja: '日本時間と、影響開始からの経過時間です。' },
  traffic: { en: 'Traffic', ja: 'トラフィック' },
  ordinary: { en: 'Ordinary merchants', ja: '通常の加盟店' },
  abusive: { en: 'Abusive merchant', ja: '大量アクセス元の加盟店' },
  sent: { en: 'Operations', ja: '処理数' },
  succeeded: { en: 'Succeeded', ja: '成功' },
  deferred: { en: 'Deferred', ja: '後日処理' },
  successRate: { en: 'Success over the day', ja: '一日の成功率' },
  extraFailures: { en: 'Failures more than on a day without the incident', ja: '障害のない日より多い失敗' },
  requests: { en: 'HTTP requests', ja: 'HTTP リクエスト数' },
  faults: { en: 'Faults injected (intended)', ja: '発生した障害 (予定)' },
  resolvedSaid: { en: '“Resolved” said (too soon)', ja: '「復旧」の告知 (早すぎた数)' },
  neverTold: { en: 'Hurt merchants never told', ja: '通知されなかった影響加盟店' },
  money: { en: 'Money', ja: 'お金の照合' },
  moneyNote: {
    en: 'Three books are compared: what merchants were told, what the gateway recorded, what the acquirers did.',
    ja: '加盟店への回答、ゲートウェイの記録、接続先の処理という3つの帳簿を照合します。',
  },
  invariants: { en: 'Invariants', ja: '不変条件' },
  invariantsNote: {
    en: 'How many times each had something to judge.',
    ja: 'それぞれを判定した回数です。',
  },
  judgedCounts: { en: 'times judged', ja: '判定回数' },
  notJudged: { en: 'had nothing to judge', ja: '判定対象なし' },
  violated: { en: 'violated', ja: '件の違反' },
  sources: { en: 'Sources', ja: '出典' },
  sourcesNote: { en: 'What is on record, and where.', ja: '記録に基づく事実とその出典です。' },
  assumptions: { en: 'Assumptions', ja: '仮定' },
  assumptionsNote: {
    en: 'What nobody published, and why it is assumed. Worlds are scaled down.',
    ja: '公表されていないため仮定した点とその理由です。規模は縮小しています。',
  },
  run: { en: 'This run', ja: 'この実行について' },
  seed: { en: 'Seed', ja: 'シード' },
  stage: { en: 'Stage', ja: 'ステージ' },
  traceHash: { en: 'Trace hash', ja: 'トレースのハッシュ' },
  wall: { en: 'Time taken (CPU)', ja: '所要時間 (CPU)' },
  requestsPerCpu: { en: 'Requests per CPU second', ja: 'CPU 1秒あたりのリクエスト' },
  versions: { en: 'Versions', ja: 'バージョン' },
  policy: { en: 'Policy', ja: '方針' },
  never: { en: 'never', ja: 'なし' },
} as const satisfies Record<string, Words>;
