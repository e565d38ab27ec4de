/** Sign-in, confirmation and result as pages; and what a form sent, checked against what it asked for. */
import { raw } from 'hono/html';
import type { Both, Lang } from '../words.ts';
import { type Html, html } from './html.ts';
import type { Action, Ask, Field } from './tab.ts';
import { words } from './words.ts';

/** Longer than this nobody writes. */
const lineMax = 300;
const textMax = 8_000;
export const reasonMax = 500;

/** One value a name, the last one; names that are used for something else are left out. */
export const valuesOf = (text: string): Record<string, string> =>
  Object.fromEntries([...new URLSearchParams(text)].filter(([name]) => name !== '__proto__'));

const maxOf = (field: Field): number => field.max ?? (field.kind === 'text' ? textMax : lineMax);

export const reasonField: Field = {
  name: 'reason',
  label: words.reason,
  hint: words.reasonHint,
  kind: 'line',
  required: true,
  max: reasonMax,
};

/** What was filled in, or which field is wrong and why. */
export const checkFields = (
  fields: readonly Field[],
  sent: Readonly<Record<string, string>>,
):
  | { readonly ok: true; readonly given: Record<string, string> }
  | { readonly ok: false; readonly field: Field; readonly why: Both } => {
  const given: Record<string, string> = {};
  for (const field of fields) {
    const value = (sent[field.name] ?? '').replaceAll('\r\n', '\n').trim();
    if (field.required === true && value === '') return { ok: false, field, why: words.missing };
    if (value.length > maxOf(field)) return { ok: false, field, why: words.tooLong };
    if (/\p{Cc}/u.test(value.replaceAll('\n', ''))) return { ok: false, field, why: words.wrongValue };
    if (field.kind === 'line' && value.includes('\n')) return { ok: false, field, why: words.wrongValue };
    if (field.kind === 'choice' && !(field.choices ?? []).some((choice) => choice.value === value))
      return { ok: false, field, why: words.wrongValue };
    given[field.name] = value;
  }
  return { ok: true, given };
};

const control = (field: Field, value: string, lang: Lang): Html => {
  const must = field.required === true ? raw(' required') : '';
  const described = field.hint === undefined ? '' : raw(` aria-describedby="hint-${field.name}"`);
  if (field.kind === 'choice')
    return html`<select id="f-${field.name}" name="${field.name}"${must}${described}>${(field.choices ?? []).map(
      (choice) =>
        html`<option value="${choice.value}"${choice.value === value ? raw(' selected') : ''}>${choice.label[lang]}</option>`,
    )}</select>`;
  if (field.kind === 'text')
    return html`<textarea id="f-${field.name}" name="${field.name}" rows="5" maxlength="${maxOf(field)}"${must}${described}>${value}</textarea>`;
  return html`<input id="f-${field.name}" name="${field.name}" value="${value}" maxlength="${maxOf(field)}" autocomplete="off"${must}${described}>`;
};

const labelled = (field: Field, value: string, lang: Lang): Html =>
  html`<label for="f-${field.name}">${field.label[lang]}</label>${
    field.hint === undefined ? '' : html`<p class="soft" id="hint-${field.name}">${field.hint[lang]}</p>`
  }${control(field, value, lang)}`;

/** What will happen, why it is done, and the button that does it. */
export const confirmForm = (
  action: Action,
  ask: Ask,
  {
    about,
    sent,
    csrf,
    back,
    fault,
    lang,
  }: {
    readonly about: Readonly<Record<string, string>>;
    readonly sent: Readonly<Record<string, string>>;
    readonly csrf: string;
    readonly back: string;
    readonly fault: string | null;
    readonly lang: Lang;
  },
): Html => html`${fault === null ? '' : html`<p class="said bad" role="alert">${fault}</p>`}
<form class="card narrow" method="post" action="/console/do/${action.id}?${new URLSearchParams({ ...about }).toString()}">
<p class="soft">${words.confirmAsk[lang]}</p>
<p><strong>${ask.text[lang]}</strong></p>
<input type="hidden" name="csrf" value="${csrf}">
${[...ask.fields, reasonField].map((field) => labelled(field, sent[field.name] ?? field.value ?? '', lang))}
<p class="row"><button class="act ${action.grave === true ? 'grave' : ''}">${words.confirm[lang]}</button><a class="button" href="${back}">${words.cancel[lang]}</a></p>
</form>`;

export const signInForm = (said: string | null, name: string, next: string, lang: Lang): Html => html`${
  said === null ? '' : html`<p class="said some" role="status">${said}</p>`
}
<form class="card narrow" method="post" action="/console/sign-in">
<input type="hidden" name="next" value="${next}">
<label for="f-name">${words.name[lang]}</label><p class="soft" id="hint-name">${words.nameHint[lang]}</p>
<input id="f-name" name="name" value="${name}" autocomplete="username" maxlength="60" aria-describedby="hint-name">
<label for="f-token">${words.token[lang]}</label>
<input id="f-token" name="token" type="password" autocomplete="current-password" required maxlength="300">
<p class="row"><button class="act">${words.signIn[lang]}</button></p>
</form>`;

/** What became of the last action, above the tab. */
export const outcome = (kind: string, text: string, seq: number, lang: Lang): Html =>
  html`<p class="said ${kind === 'done' ? 'good' : 'bad'}" role="status"><strong>${
    (kind === 'done' ? words.done : words.refused)[lang]
  }</strong> ${text} <a href="/console/audit#a${seq}">${words.inLog[lang]} ${seq}</a></p>`;
