/**
 * Which log entries are worth a line in the terminal and a mark in the report, in both languages.
 *
 * Entries that come by the thousand (unknown outcomes, deferrals, single deliveries) are counted by
 * the recorder and told nowhere.
 */
import type { Words } from '../play/words.ts';
import type { Mark } from './result.ts';

/** One structured log entry of a program on the stage. */
export interface LogEntry {
  /** Instance that logged it; an acquirer's instance carries the acquirer's id. */
  readonly program: string;
  /** Milliseconds since the scenario's start. */
  readonly atMs: number;
  readonly fields: { readonly event: string } & Readonly<Record<string, unknown>>;
}

type Teller = (told: { readonly of: (field: string) => string; readonly acquirer: string }) => Omit<Mark, 'atMs'>;

const breakerWords: Readonly<Record<string, Words>> = {
  open: { en: 'opens', ja: '遮断' },
  ramp: { en: 'lets traffic back in steps', ja: '段階的に再開' },
  closed: { en: 'closes', ja: '復帰' },
};

const stageWords: Readonly<Record<string, string>> = {
  investigating: '調査中',
  identified: '原因特定',
  monitoring: '経過観察',
  resolved: '復旧',
};

const incidentWords: Readonly<Record<string, string>> = { opened: '発生', updated: '更新', resolved: '復旧' };

const incident =
  (what: string): Teller =>
  ({ of }) => ({
    kind: 'incident',
    title: {
      en: `gateway: incident ${of('incident')} ${what}${of('stage') === '' ? '' : ` (${of('stage')})`}`,
      ja: `ゲートウェイ: 障害 ${of('incident')} ${incidentWords[what] ?? what}`,
    },
  });

const tellers: Readonly<Record<string, Teller>> = {
  'breaker.changed': ({ of }) => ({
    kind: 'breaker',
    title: {
      en: `breaker ${of('acquirer')}${of('key') === '' ? '' : ` ${of('key')}`} ${breakerWords[of('to')]?.en ?? of('to')}`,
      ja: `ブレーカー ${of('acquirer')}${of('key') === '' ? '' : ` ${of('key')}`} ${breakerWords[of('to')]?.ja ?? of('to')}`,
    },
  }),
  'routing.changed': ({ of }) => ({
    kind: 'routing',
    title: {
      en: `routing: ${of('acquirer')} gets ${of('share')}`,
      ja: `経路: ${of('acquirer')} の割合 ${of('share')}`,
    },
  }),
  'abuse.found': ({ of }) => ({
    kind: 'abuse',
    title: { en: `abuse found: ${of('merchant')}`, ja: `不正な大量リクエストを検知: ${of('merchant')}` },
  }),
  'abuse.told': ({ of }) => ({
    kind: 'notice',
    title: { en: `${of('merchant')} is told of its abuse`, ja: `${of('merchant')} へ不正リクエストを通知` },
  }),
  'upstream.told': ({ of }) => ({
    kind: 'notice',
    title: { en: `our notice reaches ${of('acquirer')}`, ja: `${of('acquirer')} へ連絡完了` },
  }),
  'incident.opened': incident('opened'),
  'incident.updated': incident('updated'),
  'incident.resolved': incident('resolved'),
  'page.published': ({ of }) => ({
    kind: 'notice',
    title:
      of('incident') === ''
        ? { en: 'status page: announcement', ja: 'ステータスページ: お知らせ' }
        : {
            en: `status page: ${of('stage')} (${of('incident')})`,
            ja: `ステータスページ: ${stageWords[of('stage')] ?? of('stage')} (${of('incident')})`,
          },
  }),
  'page.machine-published': () => ({
    kind: 'notice',
    title: {
      en: 'status page publishes by itself: the gateway is silent',
      ja: 'ステータスページが自動掲載: ゲートウェイ応答なし',
    },
  }),
  'operators.watching': ({ of, acquirer }) => ({
    kind: 'operator',
    title: { en: `${acquirer}: operators watch ${of('tenant')}`, ja: `${acquirer}: 運用担当が ${of('tenant')} を監視` },
  }),
  'operators.decided': ({ of, acquirer }) => ({
    kind: 'operator',
    title: {
      en: `${acquirer}: operators decide to restrict ${of('tenant')}`,
      ja: `${acquirer}: ${of('tenant')} の制限を決定`,
    },
  }),
  'operators.capped': ({ of, acquirer }) => ({
    kind: 'operator',
    title: {
      en: `${acquirer}: ${of('tenant')} capped at ${of('ratePerSecond')}/s`,
      ja: `${acquirer}: ${of('tenant')} を毎秒 ${of('ratePerSecond')} 件に制限`,
    },
  }),
  'operators.lifted': ({ of, acquirer }) => ({
    kind: 'operator',
    title: { en: `${acquirer}: cap on ${of('tenant')} lifted`, ja: `${acquirer}: ${of('tenant')} の制限を解除` },
  }),
  'operators.noticed': ({ of, acquirer }) => ({
    kind: 'notice',
    title: {
      en: `${acquirer}'s notice reaches ${of('tenant')}`,
      ja: `${acquirer} からの通知が ${of('tenant')} に到着`,
    },
  }),
  'operators.informed': ({ of, acquirer }) => ({
    kind: 'notice',
    title: {
      en: `${acquirer}: operators hear from ${of('tenant')}`,
      ja: `${acquirer}: ${of('tenant')} から連絡を受領`,
    },
  }),
  'queue.overflowing': ({ acquirer }) => ({
    kind: 'operator',
    title: { en: `${acquirer}: queue overflows`, ja: `${acquirer}: 待ち行列があふれる` },
  }),
  'queue.calm': ({ acquirer }) => ({
    kind: 'operator',
    title: { en: `${acquirer}: queue is calm again`, ja: `${acquirer}: 待ち行列が平常に戻る` },
  }),
};

/** A field as text: the empty string when it is absent. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return value === undefined || value === null ? '' : JSON.stringify(value);
};

/** The acquirer a log entry is about: named in it, or the program itself. */
export const acquirerOf = (entry: LogEntry): string => textOf(entry.fields.acquirer) || entry.program;

/** The mark of a log entry; null for the many that tell no story. */
export const markOf = (entry: LogEntry): Mark | null => {
  const teller = tellers[entry.fields.event];
  if (teller === undefined) return null;
  const of = (field: string): string => textOf(entry.fields[field]);
  return { atMs: entry.atMs, ...teller({ of, acquirer: acquirerOf(entry) }) };
};
