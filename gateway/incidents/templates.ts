/**
 * What the machine says in public: fixed sentences in two languages.
 *
 * It may name components, times and the probable cause, all of them facts it holds. It invents
 * no numbers, promises no time of recovery and names no company.
 */
import type { Component, IncidentStage, ProbableCause } from '../status-page/facts.ts';
import type { Both } from '../words.ts';
import type { Step } from './lifecycle.ts';

const componentNames: Readonly<Record<Component, Both>> = {
  create_charge: { en: 'charge creation', ja: '支払いの作成' },
  capture: { en: 'capture', ja: '支払いの確定' },
  refund: { en: 'refunds', ja: '返金' },
  card_registration: { en: 'card registration', ja: 'カードの登録' },
  three_d_secure: { en: '3-D Secure', ja: '3Dセキュア' },
  subscriptions: { en: 'subscription renewals', ja: '定期課金' },
  webhooks: { en: 'webhook delivery', ja: 'Webhook の配信' },
  api: { en: 'the API as a whole', ja: 'API 全般' },
};

const listed = (components: readonly Component[]): Both => {
  if (components.length === 0) return { en: 'payments', ja: '決済処理' };
  const en = components.map((component) => componentNames[component].en);
  const last = en.pop() ?? '';
  return {
    en: en.length === 0 ? last : `${en.join(', ')} and ${last}`,
    ja: components.map((component) => componentNames[component].ja).join('、'),
  };
};

const jstOffsetMs = 9 * 3_600_000;

/** `21:02`, Japan standard time, from wall milliseconds. */
export const jstTime = (wallMs: number): string => new Date(wallMs + jstOffsetMs).toISOString().slice(11, 16);

/** `20170712-2102`, for identifiers. */
export const jstStamp = (wallMs: number): string =>
  new Date(wallMs + jstOffsetMs).toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-');

export const titleOf = (components: readonly Component[]): Both => {
  const names = listed(components);
  return { en: `Errors in ${names.en}`, ja: `${names.ja}でエラーが発生` };
};

const causes: Readonly<Record<ProbableCause, Both | null>> = {
  unknown: null,
  upstream_down: {
    en: 'The cause is probably a disturbance at an acquirer that we are connected to.',
    ja: '原因は、接続先のアクワイアラ側の障害とみられます。',
  },
  upstream_restricts_us: {
    en: 'An acquirer has told us that it restricts the requests that we send.',
    ja: '接続先のアクワイアラより、当社からのリクエストを制限しているとの連絡を受けています。',
  },
  merchant_flood: {
    en: 'The cause is probably a very large number of requests from one merchant, which we now limit.',
    ja: '原因は、特定の加盟店からの大量のリクエストとみられます。該当のリクエストは制限しています。',
  },
  our_own_fault: {
    en: 'The cause is probably a fault in our own service.',
    ja: '原因は、当社サービス内の不具合とみられます。',
  },
};

const beforeRepeating: Both = {
  en: 'If an answer left the result open, please look the payment up before sending it again; open results are settled automatically.',
  ja: '結果が未確定の応答を受け取られた場合は、再送の前に該当の支払いの状態をご確認ください。未確定の結果は自動的に確定されます。',
};

const join = (...parts: readonly (Both | null)[]): Both => {
  const said = parts.filter((part) => part !== null);
  return { en: said.map((part) => part.en).join(' '), ja: said.map((part) => part.ja).join('') };
};

/** Lines of the record: what our own protection and the upstream did. Acquirers are told apart by our own names. */
export const breakerSentence = (acquirer: string, to: 'closed' | 'open' | 'ramp'): Both =>
  ({
    open: { en: `Requests to ${acquirer} were held back.`, ja: `${acquirer} への送信を停止しました。` },
    ramp: {
      en: `Requests to ${acquirer} were resumed step by step.`,
      ja: `${acquirer} への送信を段階的に再開しました。`,
    },
    closed: { en: `Requests to ${acquirer} flow normally.`, ja: `${acquirer} への送信が通常に戻りました。` },
  })[to];

export const upstreamSentence = (acquirer: string, kind: 'restricting_you' | 'lifted' | 'maintenance'): Both =>
  ({
    restricting_you: {
      en: `${acquirer} told us that it restricts our requests.`,
      ja: `${acquirer} より、当社からのリクエストを制限するとの連絡がありました。`,
    },
    lifted: {
      en: `${acquirer} told us that the restriction is lifted.`,
      ja: `${acquirer} より、制限を解除したとの連絡がありました。`,
    },
    maintenance: {
      en: `${acquirer} told us of maintenance.`,
      ja: `${acquirer} より、メンテナンスの連絡がありました。`,
    },
  })[kind];

/** The cause as a sentence for the record. */
export const causeSentence = (cause: ProbableCause): Both =>
  causes[cause] ?? { en: 'The cause was not found.', ja: '原因は特定されていません。' };

/** How many operations failed within so many minutes. */
export const countSentence = (hit: readonly Component[], attempted: number, failed: number, minutes: number): Both => {
  const names = listed(hit);
  const during = minutes === 1 ? { en: '', ja: '' } : { en: ` within ${minutes} minutes`, ja: `${minutes}分間に` };
  return {
    en: `${failed} of ${attempted} requests for ${names.en} failed${during.en}.`,
    ja: `${during.ja}${names.ja}のリクエスト${attempted}件中${failed}件が失敗しました。`,
  };
};

export interface Told {
  readonly stage: IncidentStage;
  readonly cause: ProbableCause;
  readonly components: readonly Component[];
  /** Wall time of the first failure. */
  readonly startedAtMs: number;
  /** Wall time since which all indicators have been good; null when one is not. */
  readonly goodSinceAtMs: number | null;
  /** Requests succeed, but take too long. */
  readonly slow?: boolean;
}

const since = (told: Told): Both => {
  const names = listed(told.components);
  const time = jstTime(told.startedAtMs);
  if (told.slow === true)
    return {
      en: `Since about ${time} (JST) requests for ${names.en} have been taking longer than usual.`,
      ja: `${time}頃より、${names.ja}の応答に通常より時間がかかっています。`,
    };
  return {
    en: `Since about ${time} (JST) some requests for ${names.en} have been failing.`,
    ja: `${time}頃より、${names.ja}の一部でエラーが発生しています。`,
  };
};

const looking: Both = { en: 'We are investigating.', ja: '現在、原因を調査しています。' };
const reporting: Both = { en: 'We will report again.', ja: '引き続き状況をお知らせします。' };

/** The text of one update. `published` is the first one that anybody sees. */
export const textOf = (step: Step | 'published', told: Told): Both => {
  const names = listed(told.components);
  const cause = causes[told.cause];
  switch (step) {
    case 'published':
      return join(since(told), cause ?? looking, beforeRepeating);
    case 'identified':
      return join(
        cause ?? looking,
        { en: `Requests for ${names.en} may still fail.`, ja: `${names.ja}でエラーが発生する可能性があります。` },
        reporting,
      );
    case 'widened':
      return join({ en: `Affected so far: ${names.en}.`, ja: `影響範囲は、${names.ja}です。` }, cause ?? looking);
    case 'relapsed':
      return join(
        { en: `Requests for ${names.en} are failing again.`, ja: `${names.ja}で再びエラーが発生しています。` },
        looking,
        beforeRepeating,
      );
    case 'monitoring':
      return {
        en: 'Requests are processed normally again. We keep watching before we call this resolved.',
        ja: '現在は正常に処理されています。解消と判断するまで監視を続けます。',
      };
    case 'resolved': {
      const from = told.goodSinceAtMs === null ? null : jstTime(told.goodSinceAtMs);
      return from === null
        ? { en: 'This incident is resolved.', ja: '本件は解消しました。' }
        : {
            en: `Requests have been processed normally since about ${from} (JST). This incident is resolved.`,
            ja: `${from}頃より正常に処理されています。本件は解消しました。`,
          };
    }
    case 'unchanged':
      return told.stage === 'monitoring'
        ? {
            en: 'We are still watching. There is nothing new to report.',
            ja: '引き続き監視しています。状況に変化はありません。',
          }
        : join({ en: 'There is no change yet.', ja: '状況に変化はありません。' }, cause ?? looking, reporting);
  }
};

/** Lines in order of time; those of `first` before the others of the same millisecond. */
export const joined = <Line extends { readonly atMs: number }>(
  first: readonly Line[],
  others: readonly Line[],
): readonly Line[] => [...first, ...others].toSorted((a, b) => a.atMs - b.atMs);
