/** Incidents: what is open and why, what was told; taking up, publishing, writing, correcting, merging, raising. */
import type { Incidents, OpenView, Written } from '../../incidents/door.ts';
import { fromKept, type Kept, viewOf } from '../../incidents/open-incident.ts';
import { latestIncidents } from '../../incidents/store.ts';
import type { OnCall } from '../../on-call/on-call.ts';
import type { Clock, Store } from '../../ports.ts';
import { components, type IncidentStage, type IncidentView, incidentStages } from '../../status-page/facts.ts';
import type { Lang } from '../../words.ts';
import {
  ago,
  button,
  buttons,
  type Html,
  html,
  listOf,
  pill,
  section,
  type Tone,
  table,
  terms,
  time,
} from '../html.ts';
import { type Action, done, type Field, type Looking, type Result, refused, type Tab } from '../tab.ts';
import { lastingOf } from '../time.ts';
import { causeNames, componentNames, named, stageNames, words } from '../words.ts';

const pastMax = 30;

const says = {
  open: { ja: '対応中', en: 'Open' },
  past: { ja: '終了したもの', en: 'Over' },
  public: { ja: '公開中', en: 'Public' },
  private: { ja: '未公開', en: 'Not public' },
  cause: { ja: '推定原因', en: 'Probable cause' },
  where: { ja: '対象', en: 'Where' },
  what: { ja: '機能', en: 'Functions' },
  bad: { ja: '異常な指標', en: 'Bad indicator' },
  breakers: { ja: 'ブレーカー', en: 'Breakers' },
  closed: { ja: 'すべて閉', en: 'all closed' },
  notClosed: { ja: '閉じていないものあり', en: 'not all closed' },
  unknowns: { ja: '結果不明', en: 'Unknown outcomes' },
  blocked: { ja: '原因は抑えているだけ', en: 'Cause merely blocked' },
  hurt: { ja: '影響を受けた加盟店', en: 'Merchants hurt' },
  told: { ja: '通知済み', en: 'told' },
  failures: { ja: '失敗件数', en: 'Failures' },
  call: { ja: '呼び出し', en: 'On call' },
  nobody: { ja: '呼び出しなし', en: 'nobody called' },
  level: { ja: '段階', en: 'level' },
  takenBy: { ja: '対応者', en: 'taken by' },
  waiting: { ja: '応答待ち', en: 'waiting for an answer' },
  alarms: { ja: '検知', en: 'Alarms' },
  updates: { ja: '公開した経過', en: 'What was said' },
  corrected: { ja: '訂正済み', en: 'corrected' },
  notes: { ja: '記録', en: 'Notes' },
  length: { ja: '継続', en: 'Lasted' },
  id: { ja: '番号', en: 'Incident' },
} as const;

const toneOf: Readonly<Record<IncidentStage, Tone>> = {
  investigating: 'bad',
  identified: 'bad',
  monitoring: 'calm',
  resolved: 'good',
};

const namesOf = (list: readonly string[], lang: Lang): string =>
  list.map((component) => named(componentNames, component, lang)).join(lang === 'ja' ? '、' : ', ');

export interface IncidentsTabDeps {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly store: Store;
  readonly incidents: Incidents;
  readonly onCall: OnCall;
}

const textFields = (required: boolean): readonly Field[] => [
  { name: 'ja', label: { ja: '本文 (日本語)', en: 'Text (Japanese)' }, kind: 'text', required },
  { name: 'en', label: { ja: '本文 (英語)', en: 'Text (English)' }, kind: 'text', required },
];

const resultOf = (written: Written, ja: string, en: string): Result => {
  if (written.done === 'written') return done(ja, en);
  if (written.why === 'still_bad')
    return refused(
      '指標の異常、閉じていないブレーカー、または抑えているだけの原因が残っているため、復旧とは書けません。',
      'An indicator is bad, a breaker is not closed, or the cause is merely blocked: it cannot be called resolved.',
    );
  return refused('対象がありません。', 'There is no such thing any more.');
};

export const createIncidentsTab = ({ clock, store, incidents, onCall }: IncidentsTabDeps): Tab => {
  const find = (id: string | undefined): OpenView | undefined => incidents.open().find((one) => one.id === id);
  const asked = (one: OpenView, ja: string, en: string, fields: readonly Field[] = []) => ({
    subject: one.id,
    text: { ja: `${one.title.ja} (${one.id}): ${ja}`, en: `${one.title.en} (${one.id}): ${en}` },
    fields,
  });

  const acknowledge: Action = {
    id: 'incident.acknowledge',
    title: { ja: '対応を引き受ける', en: 'Take it up' },
    async ask({ id }) {
      const one = find(id);
      const call = onCall.calls().find(({ incident }) => incident === id);
      return one === undefined || call === undefined
        ? undefined
        : asked(one, '呼び出しを止め、あなたが対応者になります。', 'nobody else is called; it is yours.');
    },
    run: async ({ id = '' }, _given, { operator }) =>
      onCall.acknowledge(id, operator.name)
        ? done('対応者として記録しました。', 'You have taken it up.')
        : refused('呼び出しは終わっています。', 'Nobody is being called about it any more.'),
  };
  const publish: Action = {
    id: 'incident.publish',
    title: { ja: '公開する', en: 'Publish' },
    async ask({ id }) {
      const one = find(id);
      return one === undefined || one.public
        ? undefined
        : asked(
            one,
            'ステータスページに公開し、影響を受けた加盟店に通知します。',
            'it goes to the status page, and the merchants it hurts are told.',
          );
    },
    run: async ({ id = '' }) => resultOf(await incidents.publishNow(id), '公開しました。', 'It is public.'),
  };
  const update: Action = {
    id: 'incident.update',
    title: { ja: '経過を書く', en: 'Write an update' },
    async ask({ id }) {
      const one = find(id);
      if (one === undefined) return undefined;
      const stages = incidentStages.map((stage) => ({ value: stage, label: stageNames[stage]! }));
      return asked(one, '書いた内容は公開されます。', 'what you write is public.', [
        { name: 'stage', label: words.state, kind: 'choice', choices: stages, value: one.stage, required: true },
        ...textFields(true),
        {
          name: 'removed',
          label: { ja: '原因は取り除かれましたか', en: 'Is the cause gone for good?' },
          kind: 'choice',
          value: 'no',
          choices: [
            { value: 'no', label: { ja: 'いいえ・不明', en: 'no, or not known' } },
            { value: 'yes', label: { ja: 'はい', en: 'yes' } },
          ],
        },
      ]);
    },
    run: async ({ id = '' }, { stage, ja = '', en = '', removed }) =>
      resultOf(
        await incidents.write(id, {
          stage: stage as IncidentStage,
          text: { ja, en },
          ...(removed === 'yes' ? { causeRemoved: true } : {}),
        }),
        '経過を公開しました。',
        'The update is public.',
      ),
  };
  const correct: Action = {
    id: 'incident.correct',
    title: { ja: '訂正する', en: 'Correct' },
    async ask({ id, update: index = '' }) {
      const one = find(id);
      const said = one?.updates[Number(index)];
      if (one === undefined || said === undefined || !/^[0-9]{1,3}$/.test(index)) return undefined;
      const [ja, en] = textFields(true);
      return asked(
        one,
        '公開した文を書き換えます。訂正したことも表示されます。',
        'the public text is replaced, and marked as corrected.',
        [
          { ...ja!, value: said.text.ja },
          { ...en!, value: said.text.en },
        ],
      );
    },
    run: async ({ id = '', update: index = '' }, { ja = '', en = '' }) =>
      resultOf(await incidents.correct(id, Number(index), { ja, en }), '訂正しました。', 'It is corrected.'),
  };
  const edit: Action = {
    id: 'incident.edit',
    title: { ja: '表題・原因を直す', en: 'Edit title and cause' },
    async ask({ id }) {
      const one = find(id);
      if (one === undefined) return undefined;
      const causes = Object.entries(causeNames).map(([value, label]) => ({ value, label }));
      return asked(one, '公開中であれば、すぐに反映されます。', 'if it is public, readers see it at once.', [
        {
          name: 'ja',
          label: { ja: '表題 (日本語)', en: 'Title (Japanese)' },
          kind: 'line',
          required: true,
          max: 200,
          value: one.title.ja,
        },
        {
          name: 'en',
          label: { ja: '表題 (英語)', en: 'Title (English)' },
          kind: 'line',
          required: true,
          max: 200,
          value: one.title.en,
        },
        { name: 'cause', label: says.cause, kind: 'choice', choices: causes, value: one.cause, required: true },
      ]);
    },
    run: async ({ id = '' }, { ja = '', en = '', cause = 'unknown' }) =>
      resultOf(
        await incidents.write(id, { title: { ja, en }, cause: cause as IncidentView['cause'] }),
        '直しました。',
        'It is changed.',
      ),
  };
  const merge: Action = {
    id: 'incident.merge',
    title: { ja: '別の障害にまとめる', en: 'Merge into another' },
    async ask({ id }) {
      const one = find(id);
      const others = incidents.open().filter((other) => other.id !== id);
      return one === undefined || others.length === 0
        ? undefined
        : asked(one, 'まとめた先で続きを知らせます。', 'the story goes on under the other one.', [
            {
              name: 'into',
              label: { ja: 'まとめ先', en: 'Into' },
              kind: 'choice',
              required: true,
              choices: others.map((other) => ({
                value: other.id,
                label: { ja: `${other.title.ja} (${other.id})`, en: `${other.title.en} (${other.id})` },
              })),
            },
          ]);
    },
    run: async ({ id = '' }, { into = '' }) =>
      resultOf(await incidents.merge(id, into), 'まとめました。', 'They are one now.'),
  };
  const raise: Action = {
    id: 'incident.raise',
    title: { ja: '障害を登録する', en: 'Raise an incident' },
    ask: async () => ({
      subject: 'new',
      text: {
        ja: 'すぐに公開されます。機械は動かさないため、段階は人が進めます。',
        en: 'It is public at once, and only people move it on.',
      },
      fields: [
        {
          name: 'titleJa',
          label: { ja: '表題 (日本語)', en: 'Title (Japanese)' },
          kind: 'line',
          required: true,
          max: 200,
        },
        {
          name: 'titleEn',
          label: { ja: '表題 (英語)', en: 'Title (English)' },
          kind: 'line',
          required: true,
          max: 200,
        },
        ...textFields(true),
        {
          name: 'component',
          label: says.what,
          kind: 'choice',
          required: true,
          choices: components.map((value) => ({ value, label: componentNames[value]! })),
        },
      ],
    }),
    run: async (_about, { titleJa = '', titleEn = '', ja = '', en = '', component }) =>
      resultOf(
        incidents.raise({
          title: { ja: titleJa, en: titleEn },
          text: { ja, en },
          components: components.filter((one) => one === component),
        }),
        '登録し、公開しました。',
        'It is raised, and public.',
      ),
  };

  const callLine = (id: string, lang: Lang): string => {
    const call = onCall.calls().find(({ incident }) => incident === id);
    if (call === undefined) return says.nobody[lang];
    const who = call.acknowledgedBy === null ? says.waiting[lang] : `${says.takenBy[lang]} ${call.acknowledgedBy}`;
    return `${says.level[lang]} ${call.level + 1}: ${who}`;
  };

  const openCard = (one: OpenView, { lang, nowMs }: Looking): Html => {
    const calling = onCall
      .calls()
      .some(({ incident, acknowledgedBy }) => incident === one.id && acknowledgedBy === null);
    const { indicators } = one;
    return html`<article class="card accent t-${toneOf[one.stage]}">
<div class="head"><h3>${one.title[lang]}</h3><span>${pill(toneOf[one.stage], stageNames[one.stage]![lang])} ${pill(one.public ? 'calm' : 'some', (one.public ? says.public : says.private)[lang])}</span></div>
<p class="soft"><code>${one.id}</code> · ${time(one.startedAtMs)} · ${ago(one.startedAtMs, nowMs, lang)}</p>
${terms([
  [says.cause[lang], named(causeNames, one.cause, lang)],
  [says.where[lang], one.scopes.join(', ')],
  [says.what[lang], namesOf(one.components, lang)],
  [says.bad[lang], indicators.bad ? html`<strong>${words.yes[lang]}</strong>` : words.no[lang]],
  [says.breakers[lang], (indicators.breakersClosed ? says.closed : says.notClosed)[lang]],
  [says.unknowns[lang], indicators.unknownsOpen],
  ...(indicators.causeBlocked ? [[says.blocked[lang], words.yes[lang]] as const] : []),
  [says.hurt[lang], `${one.merchantsHurt} (${says.told[lang]} ${one.merchantsTold})`],
  [says.failures[lang], one.failures],
  [says.call[lang], callLine(one.id, lang)],
])}
${
  one.alarms.length === 0
    ? ''
    : html`<details><summary>${says.alarms[lang]} (${one.alarms.length})</summary><ul>${one.alarms.map(
        (alarm) =>
          html`<li><code>${[alarm.acquirer, alarm.component, alarm.brand, alarm.view].filter((part) => part !== null).join(' / ')}</code> ${alarm.failures}/${alarm.total}</li>`,
      )}</ul></details>`
}
${
  one.updates.length === 0
    ? ''
    : html`<details${one.updates.length <= 3 ? ' open' : ''}><summary>${says.updates[lang]} (${one.updates.length})</summary><ol class="steps">${one.updates
        .map((said, index) => ({ said, index }))
        .toReversed()
        .map(
          ({ said, index }) =>
            html`<li><b>${stageNames[said.stage]![lang]}</b> <span class="soft">${time(said.atMs)}${
              said.correctedAtMs === undefined ? '' : html` · ${says.corrected[lang]} ${time(said.correctedAtMs)}`
            }</span><p>${said.text[lang]}</p>${one.public ? button(correct, { id: one.id, update: String(index) }, lang) : ''}</li>`,
        )}</ol></details>`
}
${
  one.notes.length === 0
    ? ''
    : html`<details><summary>${says.notes[lang]} (${one.notes.length})</summary><ul>${one.notes
        .slice(-20)
        .map((note) => html`<li><span class="soft">${time(note.atMs)}</span> ${note.text[lang]}</li>`)}</ul></details>`
}
${buttons(
  calling ? button(acknowledge, { id: one.id }, lang) : '',
  one.public ? '' : button(publish, { id: one.id }, lang),
  button(update, { id: one.id }, lang),
  button(edit, { id: one.id }, lang),
  incidents.open().length > 1 ? button(merge, { id: one.id }, lang) : '',
)}</article>`;
  };

  return {
    id: 'incidents',
    title: { ja: '障害', en: 'Incidents' },
    badge: () => incidents.open().length,
    actions: [acknowledge, publish, update, correct, edit, merge, raise],
    async render(looking) {
      const { lang } = looking;
      const open = incidents.open();
      // What is open is known here; the rest is only in the store.
      const rows = await store.read((tx) => tx.all(latestIncidents, { limit: pastMax })).catch(() => []);
      const past = rows
        .filter((row) => row.open === 0)
        .map((row) => ({
          row,
          view: viewOf(fromKept(row.id, JSON.parse(row.state) as Kept, clock.monotonicMs(), clock.wallMs())),
        }));
      return html`${buttons(button(raise, {}, lang))}
${section(
  says.open[lang],
  listOf(open, lang, (all) => html`${all.map((one) => openCard(one, looking))}`),
)}
${section(
  says.past[lang],
  listOf(past, lang, (all) =>
    table(
      says.past[lang],
      [
        { head: words.since[lang] },
        { head: says.id[lang] },
        { head: says.cause[lang] },
        { head: says.what[lang] },
        { head: says.length[lang] },
        { head: says.public[lang] },
      ],
      all.map(({ row, view }) => [
        time(view.startedAtMs),
        html`${view.title[lang]} <code class="soft">${row.id}</code>`,
        named(causeNames, view.cause, lang),
        namesOf(view.components, lang),
        lastingOf(Number(row.updated_ms) - view.startedAtMs, lang),
        row.public === 1 ? words.yes[lang] : words.no[lang],
      ]),
    ),
  ),
)}`;
    },
  };
};
