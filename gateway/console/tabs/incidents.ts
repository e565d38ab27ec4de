/** Incidents: what is open and why, what was told, what is over; what can be done about one is in `incident-actions.ts`. */
import type { Incidents, OpenView } from '../../incidents/door.ts';
import { fromKept, type Kept, viewOf } from '../../incidents/open-incident.ts';
import { latestIncidents } from '../../incidents/store.ts';
import type { OnCall } from '../../on-call/on-call.ts';
import type { Clock, Store } from '../../ports.ts';
import type { IncidentStage } from '../../status-page/facts.ts';
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
import type { Looking, Tab } from '../tab.ts';
import { lastingOf } from '../time.ts';
import { causeNames, componentNames, named, stageNames, words } from '../words.ts';
import { createIncidentActions } from './incident-actions.ts';

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

export const createIncidentsTab = ({ clock, store, incidents, onCall }: IncidentsTabDeps): Tab => {
  const actions = createIncidentActions(incidents, onCall);
  const { acknowledge, publish, update, correct, edit, merge, raise } = actions;

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
    actions: Object.values(actions),
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
