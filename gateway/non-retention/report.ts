/** Who still passes card numbers: the report as data, as text and as a page. Pure. */
import { html, type Markup, pageOf, table } from '../compliance/html.ts';
import { dayOf } from '../mandate/facts.ts';
import type { Integration } from './integration.ts';
import type { CardEndpoint } from './parameters.ts';
import type { Schedule, Stage } from './schedule.ts';
import type { UseOfMerchant } from './store.ts';

export interface ReportedUse {
  readonly endpoint: CardEndpoint;
  readonly path: string;
  readonly mode: 'live' | 'test';
  readonly parameters: readonly string[];
  readonly integration: Integration;
  readonly accepted: number;
  readonly refused: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Of this endpoint at the time of the report. */
  readonly stage: Stage;
}

export interface ReportedMerchant {
  readonly merchant: string;
  readonly name: string;
  /** Whether we have an address to send a notice to. */
  readonly reachable: boolean;
  /** When it was last told; null: not yet. */
  readonly toldMs: number | null;
  readonly uses: readonly ReportedUse[];
}

export interface PassthroughReport {
  readonly atMs: number;
  /** Calls from then on. */
  readonly sinceMs: number;
  readonly schedule: Readonly<Record<CardEndpoint, { readonly stage: Stage; readonly refusedMs: number | null }>>;
  readonly merchants: readonly ReportedMerchant[];
}

export const paths: Readonly<Record<CardEndpoint, string>> = {
  tokens: '/v1/tokens',
  charges: '/v1/charges',
  customers: '/v1/customers, /v1/customers/:id',
  customer_cards: '/v1/customers/:id/cards',
};

export const reportOf = (
  rows: readonly UseOfMerchant[],
  told: ReadonlyMap<string, number>,
  { atMs, sinceMs, schedule }: { readonly atMs: number; readonly sinceMs: number; readonly schedule: Schedule },
): PassthroughReport => {
  const stageOf = (endpoint: CardEndpoint) => {
    const { stage, refusedMs } = schedule.at(endpoint, atMs);
    return { stage, refusedMs };
  };
  const merchants: ReportedMerchant[] = [];
  for (const [merchant, own] of Map.groupBy(rows, ({ merchant_id }) => merchant_id)) {
    const { name, notice_url: address } = own[0]!;
    const uses = own.map((row): ReportedUse => {
      const endpoint = row.endpoint as CardEndpoint;
      return {
        endpoint,
        path: paths[endpoint],
        mode: row.livemode === 1 ? 'live' : 'test',
        parameters: row.parameters.split(','),
        integration: JSON.parse(row.integration) as Integration,
        accepted: Number(row.accepted),
        refused: Number(row.refused),
        firstMs: Number(row.first_ms),
        lastMs: Number(row.last_ms),
        stage: stageOf(endpoint).stage,
      };
    });
    merchants.push({ merchant, name, reachable: address !== null, toldMs: told.get(merchant) ?? null, uses });
  }
  return {
    atMs,
    sinceMs,
    schedule: {
      tokens: stageOf('tokens'),
      charges: stageOf('charges'),
      customers: stageOf('customers'),
      customer_cards: stageOf('customer_cards'),
    },
    merchants,
  };
};

const integrationText = ({ name, version, supportEnded }: Integration): string =>
  `${name}${version === null ? '' : ` ${version}`}${supportEnded === null ? '' : ` (support ended ${supportEnded})`}`;

const day = (ms: number | null): string => (ms === null ? 'never' : dayOf(ms));

/** For a terminal: one block a merchant, one line a kind of call. */
export const textOf = ({ atMs, sinceMs, merchants }: PassthroughReport): string => {
  const lines = [
    `Card numbers from merchants' servers, ${dayOf(sinceMs)} to ${dayOf(atMs)} (Japan): ${merchants.length} merchant(s)`,
  ];
  for (const { merchant, name, toldMs, reachable, uses } of merchants) {
    const notice = toldMs === null ? (reachable ? 'not told yet' : 'no notice address') : `told ${day(toldMs)}`;
    lines.push('', `${merchant} (${name}) - ${notice}`);
    for (const use of uses) {
      const { path, mode, parameters, integration, accepted, refused, firstMs, lastMs } = use;
      lines.push(
        `  ${path} ${mode}: ${accepted} accepted, ${refused} refused, ${day(firstMs)} to ${day(lastMs)}`,
        `    by ${integrationText(integration)}: ${parameters.join(' ')}`,
      );
      if (integration.remark !== null) lines.push(`    ${integration.remark.en}`);
    }
  }
  return `${lines.join('\n')}\n`;
};

/** The page without its title: the operator's page shows it too. */
export const bodyOf = (report: PassthroughReport): Markup => {
  const schedule = table(
    'What becomes of them now',
    ['Call', 'Now', 'Refused from'],
    Object.entries(report.schedule).map(([endpoint, { stage, refusedMs }]) => [
      html`<code>${paths[endpoint as CardEndpoint]}</code>`,
      stage,
      day(refusedMs),
    ]),
  );
  const ofMerchant = ({ merchant, name, toldMs, reachable, uses }: ReportedMerchant) => html`
<section><h2 id="${merchant}">${name} <small><code>${merchant}</code></small></h2>
<p>${toldMs === null ? (reachable ? 'Not told yet.' : 'No notice address.') : `Told on ${day(toldMs)}.`}</p>
${table(
  `Calls of ${name}`,
  ['Call', 'Mode', 'Parameters', 'Integration', 'Accepted', 'Refused', 'First', 'Last'],
  uses.map(({ path, mode, parameters, integration, accepted, refused, firstMs, lastMs }) => [
    html`<code>${path}</code>`,
    mode,
    parameters.map((parameter) => html`<code>${parameter}</code> `),
    html`<span class="${integration.supportEnded === null ? '' : 'bad'}">${integrationText(integration)}</span>
${integration.remark === null ? '' : html`<br><small>${integration.remark.en}</small>`}`,
    accepted,
    refused,
    day(firstMs),
    day(lastMs),
  ]),
)}</section>`;
  const body = html`<p>From ${dayOf(report.sinceMs)} on, days in Japan. ${report.merchants.length} merchant(s).</p>
${schedule}${report.merchants.map(ofMerchant)}`;
  return body;
};

export const htmlOf = (report: PassthroughReport): string =>
  pageOf(`Card numbers from merchants’ servers · ${dayOf(report.atMs)}`, bodyOf(report));
