/**
 * The card numbers whose authentication is decided by the number, and what each does; README.md is their
 * table for people. Numbers of GPayments' test lab as gmo-pg-protocol.md section 9 has them, and ours
 * (`4100007…`). Every other number is judged by risk.
 */
import { fingerprintOf } from '../ledger/ledger.ts';
import type { FinalStatus } from './status.ts';

/** What goes otherwise than it should with one card; null = nothing. */
export type Mishap =
  | 'fails-after-code'
  | 'never-returns'
  | 'returns-twice'
  | 'returns-first'
  | 'reported-twice'
  | 'no-value'
  | 'foreign-eci'
  | 'acs-silent'
  | 'acs-broken'
  | 'acs-late'
  | 'code-late';

export type CardPlan =
  /** Decided at once. */
  | { readonly ends: FinalStatus; readonly reason: string | null; readonly mishap: Mishap | null }
  | { readonly ends: 'C'; readonly by: 'code' | 'app'; readonly mishap: Mishap | null }
  | { readonly ends: 'D' };

export interface TdsTestCard {
  readonly number: string;
  readonly en: string;
  readonly ja: string;
}

interface Line extends TdsTestCard {
  readonly plan: CardPlan;
}

const at = (number: string, plan: CardPlan, en: string, ja: string): Line => ({ number, plan, en, ja });
const ends = (status: FinalStatus, reason: string | null = null, mishap: Mishap | null = null): CardPlan => ({
  ends: status,
  reason,
  mishap,
});
const challenge = (mishap: Mishap | null = null, by: 'code' | 'app' = 'code'): CardPlan => ({ ends: 'C', by, mishap });

/** Visa, Mastercard, JCB, American Express. */
const four = (numbers: readonly string[], plan: CardPlan, en: string, ja: string): Line[] =>
  numbers.map((number) => at(number, plan, en, ja));

const lines: readonly Line[] = [
  ...four(
    ['4100000000000100', '5100000000000107', '3528000000000106', '340000000000108'],
    ends('Y'),
    'Y, frictionless',
    'Y、フリクションレス',
  ),
  ...four(
    ['4100000000600008', '5100000000600005', '3528000000600004', '340000000600006'],
    ends('Y'),
    'Y, frictionless, with a 3DS Method',
    'Y、フリクションレス（3DS Method あり）',
  ),
  ...four(
    ['4100000000005000', '5100000000005007', '3528000000005006', '340000000005008'],
    challenge(),
    'C, one-time password 123456',
    'C、ワンタイムパスワード 123456',
  ),
  ...four(
    ['4100000000100009', '5100000000100006', '3528000000100005', '340000000100007'],
    ends('A'),
    'A, attempted',
    'A、アテンプト',
  ),
  ...four(
    ['4100000000300005', '5100000000300002', '3528000000300001', '340000000300003'],
    ends('N', '01'),
    'N, not authenticated',
    'N、認証失敗',
  ),
  ...four(
    ['4100000000400003', '5100000000400000', '3528000000400009', '340000000400001'],
    ends('U', '22'),
    'U, unavailable',
    'U、認証不可（技術的理由）',
  ),
  ...four(
    ['4100000000500000', '5100000000500007', '3528000000500006', '340000000500008'],
    ends('R', '11'),
    'R, rejected by the issuer',
    'R、カード会社が拒否',
  ),
  at('4100007000000014', { ends: 'D' }, 'D, decoupled', 'D、デカップルド認証'),
  at('4100007000000022', challenge(null, 'app'), 'C, approval in the app', 'C、カード会社アプリで承認'),
  at('4100007000000055', challenge('fails-after-code'), 'C, then U after the right code', 'C、正しいコードの後に U'),
  at('4100007000000063', challenge('never-returns'), 'C, the browser is never sent back', 'C、ブラウザーが戻らない'),
  at('4100007000000071', challenge('returns-twice'), 'C, CRes twice', 'C、CRes が2回'),
  at('4100007000000089', challenge('returns-first'), 'C, CRes 5 s before RReq', 'C、CRes が RReq の5秒前'),
  at('4100007000000097', challenge('reported-twice'), 'C, RReq twice', 'C、RReq が2回'),
  at('4100007000000105', ends('Y', null, 'no-value'), 'Y without authenticationValue', 'Y、authenticationValue なし'),
  at('4100007000000113', ends('Y'), 'Y, its 3DS Method hangs', 'Y、3DS Method が応答しない'),
  at('4100007000000121', ends('Y', null, 'acs-silent'), 'The ACS never answers', 'ACS が応答しない'),
  at('4100007000000139', ends('Y', null, 'acs-broken'), 'The ACS answers with an error', 'ACS がエラーを返す'),
  at('4100007000000147', ends('Y', null, 'acs-late'), 'Y, 8 s late', 'Y、8秒遅れ'),
  at('4100007000000154', ends('Y', null, 'foreign-eci'), 'Y, ECI of another scheme', 'Y、他ブランドの ECI'),
  at('4100007000000162', challenge('code-late'), 'C, the code is 60 s late', 'C、コードが60秒遅れて届く'),
];

const plans: ReadonlyMap<string, CardPlan> = new Map(lines.map(({ number, plan }) => [number, plan]));

let plansByFingerprint: ReadonlyMap<string, CardPlan> | null = null;

/** By a card's SHA-256 (hex), where the number itself is not kept. Undefined: judged by risk. */
export const planOfFingerprint = (fingerprint: string): CardPlan | undefined => {
  plansByFingerprint ??= new Map(lines.map(({ number, plan }) => [fingerprintOf(number), plan]));
  return plansByFingerprint.get(fingerprint);
};

/** Undefined: judged by risk. */
export const planOf = (number: string): CardPlan | undefined => plans.get(number);

/** The table, for pages. */
export const threeDSecureCards: readonly TdsTestCard[] = lines.map(({ number, en, ja }) => ({ number, en, ja }));

/** The code of each message of one challenge; all but the late ones say the same every time. */
const codes = ['123456', '234567', '345678', '456789'];
export const codeOf = (mishap: Mishap | null, resends: number): string =>
  (mishap === 'code-late' ? codes[resends % codes.length] : codes[0]) ?? '';
