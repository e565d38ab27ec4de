/**
 * What an operator does about an incident: takes it up, publishes, writes, corrects, edits, merges, raises one.
 *
 * Each action asks before it runs (`tab.ts`), and asks only where it can still be done: an incident may have ended
 * since the page was shown. What was refused is said in words, never by an empty page.
 */
import type { Incidents, OpenView, Written } from '../../incidents/door.ts';
import type { OnCall } from '../../on-call/on-call.ts';
import { components, type IncidentStage, type IncidentView, incidentStages } from '../../status-page/facts.ts';
import { type Action, done, type Field, type Result, refused } from '../tab.ts';
import { causeNames, componentNames, stageNames, words } from '../words.ts';

const causeLabel = { ja: '推定原因', en: 'Probable cause' };
const componentLabel = { ja: '機能', en: 'Functions' };

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

export interface IncidentActions {
  readonly acknowledge: Action;
  readonly publish: Action;
  readonly update: Action;
  readonly correct: Action;
  readonly edit: Action;
  readonly merge: Action;
  readonly raise: Action;
}

export const createIncidentActions = (incidents: Incidents, onCall: OnCall): IncidentActions => {
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
        { name: 'cause', label: causeLabel, kind: 'choice', choices: causes, value: one.cause, required: true },
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
          label: componentLabel,
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

  return { acknowledge, publish, update, correct, edit, merge, raise };
};
