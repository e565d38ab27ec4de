/** The line to acquirers' operators and to our own people: which are alive, what was said, and saying something. */
import type { GatewayConfig } from '../../config.ts';
import type { Deliveries } from '../../deliveries/deliveries.ts';
import type { OnCall } from '../../on-call/on-call.ts';
import type { Clock, Store } from '../../ports.ts';
import type { Both } from '../../words.ts';
import type { ContactLog } from '../contact-log.ts';
import { ago, button, buttons, html, listOf, pill, section, table, time } from '../html.ts';
import { latestNotices } from '../store-reads.ts';
import { type Action, done, type Tab } from '../tab.ts';
import { lastingOf } from '../time.ts';
import { named, words } from '../words.ts';

const says = {
  lines: { ja: '連絡線', en: 'Lines' },
  line: { ja: '線', en: 'Line' },
  alive: { ja: '通じている', en: 'heard' },
  silent: { ja: '途絶', en: 'silent' },
  heard: { ja: '最後に通じた', en: 'Last heard' },
  noLines: {
    ja: '呼び出し先が設定されていません。',
    en: 'Nobody to be called is configured.',
  },
  received: { ja: '接続先から受けた連絡', en: 'What acquirers told us' },
  receivedNote: { ja: '本インスタンスの起動後に受けたものです。', en: 'Received by this instance since it started.' },
  sent: { ja: '接続先への連絡', en: 'What we told acquirers' },
  message: { ja: '内容', en: 'Message' },
  to: { ja: '宛先', en: 'To' },
  arrived: { ja: '到達', en: 'Arrived' },
  waiting: { ja: '送信中', en: 'waiting' },
  dead: { ja: '未達', en: 'given up' },
  contacts: { ja: '接続先の窓口', en: 'Acquirers' },
  requests: { ja: '直近1分の要求', en: 'Requests of the last minute' },
  no: { ja: '窓口の設定がありません。', en: 'No contact is configured.' },
} as const satisfies Record<string, Both>;

const kinds: Readonly<Record<string, Both>> = {
  restricting_you: { ja: '当社への制限を開始', en: 'restricts us' },
  lifted: { ja: '制限を解除', en: 'restriction lifted' },
  maintenance: { ja: 'メンテナンス', en: 'maintenance' },
  message: { ja: '連絡', en: 'message' },
};

export interface UpstreamTabDeps {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly store: Store;
  readonly onCall: OnCall;
  readonly contact: ContactLog;
  readonly deliveries: Pick<Deliveries, 'send'>;
  readonly acquirers: GatewayConfig['acquirers'];
  /** Our requests to an acquirer within the last minute, by merchant. */
  readonly counts: (acquirer: string) => Readonly<Record<string, number>>;
}

const shownMax = 30;

export const createUpstreamTab = (deps: UpstreamTabDeps): Tab => {
  const { clock, store, onCall, contact, acquirers } = deps;
  const write: Action = {
    id: 'upstream.write',
    title: { ja: '接続先に連絡する', en: 'Write to them' },
    async ask({ acquirer = '' }) {
      const account = acquirers.find(({ id }) => id === acquirer);
      return account === undefined || account.contactUrl === null
        ? undefined
        : {
            subject: acquirer,
            text: {
              ja: `${acquirer} の担当者に、直近1分の加盟店別要求数を添えて送ります。`,
              en: `The operators of ${acquirer} get it, with our requests of the last minute by merchant.`,
            },
            fields: [
              { name: 'message', label: says.message, kind: 'text', required: true, max: 2_000 },
              {
                name: 'route',
                label: { ja: '経路', en: 'Route' },
                kind: 'choice',
                required: true,
                choices: [
                  { value: 'first', label: { ja: '通常', en: 'the usual one' } },
                  ...(account.alternateContactUrl === undefined
                    ? []
                    : [{ value: 'alternate', label: { ja: '代替', en: 'the other one' } }]),
                ],
              },
            ],
          };
    },
    async run({ acquirer = '' }, { message = '', route }) {
      const account = acquirers.find(({ id }) => id === acquirer);
      const url = route === 'alternate' ? (account?.alternateContactUrl ?? null) : (account?.contactUrl ?? null);
      if (account === undefined || url === null) return { done: false, why: says.no };
      await deps.deliveries.send({
        merchantId: null,
        kind: 'upstream',
        subject: acquirer,
        url,
        token: '',
        body: JSON.stringify({
          tenant: account.contactTenant,
          kind: 'trouble',
          atMs: clock.wallMs(),
          requestsPerMerchant: deps.counts(acquirer),
          message,
        }),
      });
      return done(
        '送信しました。到達は下の一覧でご確認ください。',
        'It is on its way; the list below says when it arrived.',
      );
    },
  };
  return {
    id: 'upstream',
    title: { ja: '接続先との連絡', en: 'Contact line' },
    badge: () => onCall.lines().filter(({ silent }) => silent).length,
    actions: [write],
    async render({ lang, nowMs }) {
      const sent = await store
        .read((tx) => tx.all(latestNotices, { kinds: 'upstream', limit: shownMax }))
        .catch(() => null);
      const lines = onCall.lines();
      return html`${section(
        says.lines[lang],
        lines.length === 0
          ? html`<p class="empty">${says.noLines[lang]}</p>`
          : table(
              says.lines[lang],
              [{ head: says.line[lang] }, { head: words.state[lang] }, { head: says.heard[lang] }],
              lines.map(({ id, silent, heardMs }) => [
                html`<code>${id}</code>`,
                silent ? pill('bad', says.silent[lang]) : pill('good', says.alive[lang]),
                `${lastingOf(clock.monotonicMs() - heardMs, lang)}${lang === 'ja' ? '前' : ' ago'}`,
              ]),
            ),
      )}
${section(
  says.contacts[lang],
  html`<div class="two">${acquirers.map((account) => {
    const counts = Object.entries(deps.counts(account.id));
    return html`<article class="card"><h3>${account.id}</h3><p class="soft">${account.contactUrl ?? says.no[lang]}</p>
${counts.length === 0 ? '' : html`<details><summary>${says.requests[lang]} (${counts.reduce((sum, [, count]) => sum + count, 0)})</summary>${table(says.requests[lang], [{ head: words.merchant[lang] }, { head: says.requests[lang], number: true }], counts)}</details>`}
${account.contactUrl === null ? '' : buttons(button(write, { acquirer: account.id }, lang))}</article>`;
  })}</div>`,
)}
${section(
  says.received[lang],
  listOf(contact.list(), lang, (all) =>
    table(
      says.received[lang],
      [
        { head: words.when[lang] },
        { head: words.acquirer[lang] },
        { head: words.state[lang] },
        { head: says.message[lang] },
      ],
      all.map((one) => [time(one.atMs), one.acquirer, named(kinds, one.kind, lang), one.message]),
    ),
  ),
  says.receivedNote[lang],
)}
${section(
  says.sent[lang],
  listOf(sent ?? [], lang, (all) =>
    table(
      says.sent[lang],
      [
        { head: words.when[lang] },
        { head: words.acquirer[lang] },
        { head: words.state[lang] },
        { head: says.arrived[lang] },
        { head: says.to[lang] },
      ],
      all.map((row) => [
        ago(Number(row.created_ms), nowMs, lang),
        row.subject,
        row.state === 'delivered'
          ? pill('good', says.arrived[lang])
          : row.state === 'dead'
            ? pill('bad', says.dead[lang])
            : pill('some', says.waiting[lang]),
        row.delivered_ms === null ? (row.reason ?? '') : time(Number(row.delivered_ms)),
        row.url,
      ]),
    ),
  ),
)}`;
    },
  };
};
