/** What is wrong with the acquirers of a world, and a form to make it so. */
import { html, raw } from 'hono/html';
import type { Lang, Words } from '../../play/words.ts';
import { jstText } from '../api.ts';
import { type AcquirerId, acquirerIds, type World } from '../world.ts';
import type { Html } from './layout.ts';
import { words } from './words.ts';

/** As `GET /sim/v1/fault-kinds` says it, as far as it is shown. */
interface Kind {
  readonly kind: string;
  readonly title: Words;
  readonly operations: readonly string[] | null;
  readonly dialect: string | null;
  readonly needs: string | null;
  /** JSON Schema. */
  readonly parameters: Schema;
}

interface Schema {
  readonly type?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The most wanted one of all. */
const commonest = 'approved-reply-lost';

/** A value of the schema to begin with: what must be there and has no default. */
const sampleOf = (schema: Schema, root: Schema): unknown => {
  if (schema.$ref !== undefined) return sampleOf(root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {}, root);
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first !== undefined) return sampleOf(first, root);
  switch (schema.type) {
    case 'number':
    case 'integer':
      return Math.max(schema.minimum ?? 0, 1_000);
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, sampleOf(schema.properties?.[name] ?? {}, root)]),
      );
    default:
      return '';
  }
};

const sampleText = ({ parameters }: Kind): string => {
  const sample = sampleOf({ ...parameters, type: 'object' }, parameters);
  return JSON.stringify(sample) === '{}' ? '' : JSON.stringify(sample, null, 2);
};

/** As `GET /sim/v1/faults` says it. */
interface Rule {
  readonly id: string;
  readonly kind: string;
  readonly share: number;
  readonly state: string;
  readonly endsAtMs: number | null;
  readonly intended: number;
  readonly injected: number;
  readonly select: object;
  readonly parameters: object;
}

const read = async <T>(world: World, which: AcquirerId, path: string, empty: T): Promise<T> => {
  const reply = await world.ask(which, path);
  return reply.ok ? ((await reply.json()) as T) : empty;
};

const kindsOf = async (world: World): Promise<readonly Kind[]> =>
  (await read<{ kinds: readonly Kind[] }>(world, 'escott', '/sim/v1/fault-kinds', { kinds: [] })).kinds;

const rulesOf = async (world: World, which: AcquirerId): Promise<readonly Rule[]> =>
  (await read<{ rules: readonly Rule[] }>(world, which, '/sim/v1/faults', { rules: [] })).rules;

/** Operations that a rule may be narrowed to. */
const operations = ['check', 'authorise', 'capture', 'change', 'void', 'search'] as const;

const states: Readonly<Record<string, readonly [tone: string, said: Words]>> = {
  waiting: ['some', { en: 'waiting', ja: '待機中' }],
  on: ['bad', { en: 'on', ja: '有効' }],
  off: ['some', { en: 'off for now', ja: '一時的に停止' }],
  ended: ['', { en: 'ended', ja: '終了' }],
};

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;
const narrowed = ({ select, parameters }: Rule): Html | string => {
  const said = [select, parameters].filter((part) => !isEmpty(part)).map((part) => JSON.stringify(part));
  return said.length === 0 ? '' : html`<br><code>${said.join(' ')}</code>`;
};

const ruleRow = (which: AcquirerId, rule: Rule, titles: ReadonlyMap<string, Words>, lang: Lang): Html => {
  const [tone, state] = states[rule.state] ?? ['', { en: rule.state, ja: rule.state }];
  return html`<tr><td>${words[which][lang]}</td><td>${titles.get(rule.kind)?.[lang] ?? rule.kind}${narrowed(rule)}</td>
<td class="num">${Math.round(rule.share * 100)} %</td><td><span class="tag ${tone}">${state[lang]}</span></td>
<td class="nowrap">${rule.endsAtMs === null ? '-' : html`<time>${jstText(rule.endsAtMs).slice(5, 19).replace('T', ' ')}</time>`}</td>
<td class="num">${rule.injected} / ${rule.intended}</td>
<td><form data-call="DELETE /${which}/sim/v1/faults/${encodeURIComponent(rule.id)}"><button class="plain">${words[rule.state === 'ended' ? 'forget' : 'remove'][lang]}</button><div role="status"></div></form></td></tr>`;
};

export const faultsPage = async (world: World, lang: Lang): Promise<Html> => {
  const kinds = await kindsOf(world);
  const titles = new Map(kinds.map(({ kind, title }) => [kind, title]));
  const rules = (
    await Promise.all(acquirerIds.map(async (which) => (await rulesOf(world, which)).map((rule) => ({ which, rule }))))
  )
    .flat()
    .sort((one, other) => Number(one.rule.state === 'ended') - Number(other.rule.state === 'ended'));
  const options = kinds
    .filter(({ needs }) => needs === null)
    .map(
      (one) =>
        html`<option value="${one.kind}" data-sample="${sampleText(one)}"${one.kind === commonest ? raw(' selected') : ''}>${one.title[lang]} (${one.kind})</option>`,
    );
  return html`
<p class="soft">${words.faultsLead[lang]}</p>
<h2>${words.active[lang]}</h2>
${
  rules.length === 0
    ? html`<p class="card">${words.noFaults[lang]}</p>`
    : html`<div class="card scroll"><table class="stack"><thead><tr><th>${words.acquirer[lang]}</th><th>${words.kind[lang]}</th><th class="num">${words.shareShort[lang]}</th><th>${words.state[lang]}</th><th>${words.until[lang]}</th><th class="num">${words.injected[lang]} / ${words.intended[lang]}</th><th></th></tr></thead>
<tbody>${rules.map(({ which, rule }) => ruleRow(which, rule, titles, lang))}</tbody></table></div>
<div class="row">${acquirerIds.map(
        (which) =>
          html`<form data-call="DELETE /${which}/sim/v1/faults"><button class="plain">${words[which][lang]}: ${words.clearAll[lang]}</button><div role="status"></div></form>`,
      )}</div>`
}
<h2>${words.addFault[lang]}</h2>
<form class="card" data-call="POST /sim/v1/faults">
<div class="row"><label>${words.acquirer[lang]}<select data-base>${acquirerIds.map(
    (which) => html`<option value="/${which}">${words[which][lang]}</option>`,
  )}</select></label>
<label class="wide">${words.kind[lang]}<select name="kind">${options}</select></label></div>
<div class="row"><label>${words.operation[lang]}<select name="select.operations" data-as="list"><option value="">${words.allOperations[lang]}</option>${operations.map(
    (name) => html`<option>${name}</option>`,
  )}</select></label>
<label>${words.share[lang]}<select name="share" data-as="number">${[1, 0.5, 0.1, 0.01].map(
    (share) => html`<option value="${share}">${share * 100} %</option>`,
  )}</select></label>
<label>${words.ttl[lang]}<input name="ttlMs" data-as="ms" type="number" min="1" max="86400" value="60" required></label></div>
<details><summary class="small">${words.parameters[lang]}</summary><label><textarea name="parameters" data-as="json" placeholder='{"delayMs": 2000}' aria-label="${words.parameters[lang]}"></textarea></label></details>
<div class="row"><button>${words.add[lang]}</button></div><div role="status"></div></form>`;
};
