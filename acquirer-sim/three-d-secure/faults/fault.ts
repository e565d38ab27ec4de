/**
 * What goes wrong at an ACS, per issuer: the 3DS rows of the fault catalogue (invariants-and-faults.md section
 * 3, ACS-01 to ACS-12 in the order in which the row names them). One literal table: kind, row, parameters.
 *
 * ACS-10 (the browser goes back or is closed) is a buyer's doing and none of the ACS's.
 */
import { z } from 'zod';
import { DelayMs, draw } from '../../faults/distribution.ts';
import type { Random } from '../../ports.ts';
import { standIns } from '../config.ts';

const none = z.strictObject({});

const kindTable = {
  /** The directory server itself: it never answers an AReq. */
  'ds-timeout': { row: 'ACS-01', parameters: none },
  /** The ACS never answers; the directory server stands in, or says so (`standIn`; absent: as configured). */
  'acs-timeout': { row: 'ACS-01', parameters: z.strictObject({ standIn: z.enum(standIns).optional() }) },
  /** The ACS answers an AReq with an error, and its pages with 503. `connection`: nothing listens (405). */
  'acs-error': {
    row: 'ACS-02',
    parameters: z.strictObject({
      code: z.enum(['403', '404', '405']).default('404'),
      standIn: z.enum(standIns).default('error'),
    }),
  },
  /** The page of the challenge never comes; after its timer the ACS reports a time-out. */
  'challenge-never-opens': { row: 'ACS-03', parameters: none },
  /** The result is reported, the browser is never sent back. */
  'challenge-never-returns': { row: 'ACS-03', parameters: none },
  /** The browser posts the CRes twice. */
  'returns-twice': { row: 'ACS-04', parameters: none },
  /** RReq, and with it the CRes, come this much later. */
  'returns-late': { row: 'ACS-05', parameters: z.strictObject({ delayMs: DelayMs.default(2_100_000) }) },
  /** The CRes comes first, RReq this much later (F10). */
  'returns-first': { row: 'ACS-05', parameters: z.strictObject({ delayMs: DelayMs.default(5_000) }) },
  /** ARes carries this status instead, legal or not, or CRes (`in`). */
  'wrong-status': {
    row: 'ACS-06',
    parameters: z.strictObject({
      status: z.string().min(1).max(2).default('A'),
      in: z.enum(['ARes', 'CRes']).default('CRes'),
    }),
  },
  /** RReq comes twice. */
  'reported-twice': { row: 'ACS-07', parameters: none },
  /** The CRes is that of the transaction before it. */
  'replayed-cres': { row: 'ACS-07', parameters: none },
  /** `Y` without authenticationValue. */
  'no-value': { row: 'ACS-08', parameters: none },
  /** `Y` with an ECI of another scheme. */
  'foreign-eci': { row: 'ACS-08', parameters: none },
  /** The 3DS Method never calls back. */
  'method-hangs': { row: 'ACS-09', parameters: none },
  /** Everything this ACS does takes so much longer. */
  'acs-slow': { row: 'ACS-11', parameters: z.strictObject({ delayMs: DelayMs.default(15_000) }) },
  /** The last page asks the cardholder to go back to the shop's app, and nothing leads there. */
  'app-not-returned': { row: 'ACS-12', parameters: none },
  /** The message with the code takes this long (F16). */
  'code-late': { row: 'ACS-11', parameters: z.strictObject({ delayMs: DelayMs.default(60_000) }) },
} as const;

export type TdsFaultKind = keyof typeof kindTable;
export const tdsFaultKinds = Object.keys(kindTable) as TdsFaultKind[];
export const rowOf = (kind: TdsFaultKind): string => kindTable[kind].row;

const RuleId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ".", "_" and "-", at most 64');

const common = {
  id: RuleId.optional(),
  /** Absent: every issuer. */
  issuers: z.array(z.string().min(1).max(32)).min(1).optional(),
  /** Part of their authentications, drawn per authentication. */
  share: z.number().min(0).max(1).default(1),
  /** Ends by itself after this. */
  ttlMs: z.number().positive().max(86_400_000).optional(),
};

type Parameters = { readonly [K in TdsFaultKind]: z.infer<(typeof kindTable)[K]['parameters']> };

export type TdsFaultRule<K extends TdsFaultKind = TdsFaultKind> = K extends TdsFaultKind
  ? {
      readonly id?: string | undefined;
      readonly kind: K;
      readonly issuers?: readonly string[] | undefined;
      readonly share: number;
      readonly ttlMs?: number | undefined;
      readonly parameters: Parameters[K];
    }
  : never;

const ruleOf = (kind: TdsFaultKind) =>
  z.strictObject({
    kind: z.literal(kind),
    parameters: (kindTable[kind].parameters as z.ZodObject).prefault({}),
    ...common,
  });

const [first, ...others] = tdsFaultKinds.map(ruleOf);
if (first === undefined) throw new Error('there is no kind of fault');

export const TdsFaultRule = z.discriminatedUnion('kind', [first, ...others], {
  error: (issue) => (issue.code === 'invalid_union' ? `is none of ${tdsFaultKinds.join(', ')}` : undefined),
}) as unknown as z.ZodType<TdsFaultRule, TdsFaultRuleInput>;

/** As written: what has a default may be missing. */
export interface TdsFaultRuleInput {
  readonly id?: string | undefined;
  readonly kind: TdsFaultKind;
  readonly issuers?: readonly string[] | undefined;
  readonly share?: number | undefined;
  readonly ttlMs?: number | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
}

/** A rule that was drawn for one authentication, with its own draws made. */
export interface ActiveFault {
  readonly rule: TdsFaultRule;
  /** Drawn, for kinds that wait. */
  readonly delayMs: number;
  /** It really happened: counted. */
  happened(): void;
}

export const delayOf = (rule: TdsFaultRule, stream: Random): number =>
  'delayMs' in rule.parameters ? draw(stream, rule.parameters.delayMs) : 0;

/** The rule of a kind among those that were drawn. */
export const faultOf = <K extends TdsFaultKind>(
  faults: readonly ActiveFault[],
  kind: K,
): (Omit<ActiveFault, 'rule'> & { readonly rule: TdsFaultRule<K> }) | undefined =>
  faults.find(({ rule }) => rule.kind === kind) as never;
