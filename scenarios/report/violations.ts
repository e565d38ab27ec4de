/** Every violation that was described: words, and what passed about the payment as a drawing. */
import { drawSvg } from '../audit/diagram-svg.ts';
import { whereText } from '../audit/violation-text.ts';
import type { RunResult } from '../judge/result.ts';
import { type Html, html, raw } from './markup.ts';

/** Empty when nothing was violated. The drawing escapes its own text. */
export const violationsOf = (results: readonly RunResult[]): Html => {
  const parts = results.flatMap(({ policy, invariants }) =>
    invariants.flatMap(({ id, title, violations }) =>
      violations.slice(0, 3).map(
        (violation) => html`<div class="card"><h3>${id} ${title} (${policy})</h3><p>${whereText(violation)}</p>
<pre>${violation.text}</pre>
${violation.diagram === undefined ? '' : html`<div>${raw(drawSvg(violation.diagram))}</div>`}</div>`,
      ),
    ),
  );
  return html`${parts}`;
};
