/** What the terminal says once everything answers. */
import { curlLines } from './curl-lines.ts';
import type { Sandbox } from './sandbox.ts';
import { adminToken } from './world.ts';

/** Paints a text, or not: colour is for terminals. */
export interface Paint {
  bold(text: string): string;
  soft(text: string): string;
}

export const plain: Paint = { bold: (text) => text, soft: (text) => text };
const painted = (code: number, text: string): string => `\u001b[${code}m${text}\u001b[0m`;
export const coloured: Paint = { bold: (text) => painted(1, text), soft: (text) => painted(2, text) };

/** The handful that a first hour needs; the page has all of them. */
const cards: readonly (readonly [number: string, what: string])[] = [
  ['4242424242424242', 'good'],
  ['4000000000000002', 'declined when a token is made of it'],
  ['4000000000080319', 'declined when it is charged'],
  ['4000000000080202', 'declined above 10,000 yen'],
];

/** Names in one column, what they stand for in the next. */
const table = (rows: readonly (readonly [string, string])[], paint: Paint): string => {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${paint.soft(name.padEnd(width))}  ${value}\n`).join('');
};

/** `readyMs`: from the start of the process to the first answer that could be given. */
export const banner = ({ addresses, world }: Sandbox, readyMs: number, state: string | null, paint: Paint): string => {
  const { keys, escott, gmoPg } = world;
  const part = (title: string, rows: readonly (readonly [string, string])[]): string =>
    `\n${paint.bold(title)}\n${table(rows, paint)}`;
  const lines = curlLines(addresses, world).map((line) => `  ${line}\n`);
  return [
    `${paint.bold('Breakwater sandbox')}, ready in ${Math.round(readyMs)} ms; state ${state ?? 'in memory'}; Ctrl-C ends it\n`,
    part('Addresses', [
      ['Start here', `${addresses.pages}/`],
      ['Gateway', `${addresses.gateway}/v1`],
      ['e-SCOTT', addresses.escott],
      ['GMO-PG', addresses.gmo],
      ['3-D Secure', `${addresses.acs}/`],
      ['Status page', `${addresses.status}/`],
      ['Operations', `${addresses.gateway}/console  (any name, token ${adminToken})`],
      ['Control API', `${addresses.pages}/escott/sim/v1 and ${addresses.pages}/gmo/sim/v1`],
    ]),
    part('Keys', [
      ['Secret', keys.secret],
      ['Public', keys.public],
      [
        'GMO-PG',
        `ShopID ${gmoPg.shopId}  ShopPass ${gmoPg.shopPass}  SiteID ${gmoPg.siteId}  SitePass ${gmoPg.sitePass}`,
      ],
      ['e-SCOTT', `MerchantId ${escott.merchantId}  MerchantPass ${escott.merchantPass}  TenantId ${escott.tenantId}`],
    ]),
    part('Test cards', [...cards, ['all of them', `${addresses.pages}/cards`]]),
    `\n${paint.bold('Try')}\n`,
    ...lines,
  ].join('');
};
