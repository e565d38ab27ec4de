/**
 * Every card number and amount that stands for something, in one table: what the issuers do with it and
 * how a page says so. Both dialects take all of them; the code in brackets is the issuer's, which each
 * dialect words its own way (G12 is `42G120000` at GMO-PG, G02 is G55 at e-SCOTT).
 *
 * Sources: PAY.JP's published test cards (payjp-api.md section 5; which code stands for which of its
 * answers is our reading), GMO-PG's test ranges (gmo-pg-protocol.md section 9), and ours: 40000070 and its
 * kin for accounts, 40000088 for card-testing attacks.
 */
import type { DeclineCode, Exception } from './cards.ts';

export interface Explained {
  readonly en: string;
  readonly ja: string;
}

export type CardGroup = 'good' | 'registration' | 'charge' | 'account' | 'origin' | 'range';

/** A line of the table. */
export interface TestCard extends Explained {
  /** A number, or for a range its shape, with a letter for each free digit. */
  readonly number: string;
  readonly group: CardGroup;
}

export interface TestAmount extends Explained {
  readonly card: string;
  readonly amount: string;
}

interface Entry extends Explained {
  readonly number: string;
  readonly group: Exclude<CardGroup, 'range'>;
  readonly does: Exception;
}

interface Range extends Explained {
  readonly number: string;
  readonly group: 'range';
  readonly exceptionOf: (number: string) => Exception | undefined;
}

const always = (code: DeclineCode): Exception => ({ declinesCheck: code, declinesPayment: code });
const onPayment = (code: DeclineCode): Exception => ({ declinesPayment: code });
const line = (number: string, group: Entry['group'], does: Exception, en: string, ja: string): Entry => ({
  number,
  group,
  does,
  en,
  ja,
});

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const entries: readonly Entry[] = [
  line('4242424242424242', 'good', {}, 'Good (VISA)', '正常（VISA）'),
  line('4111111111111111', 'good', {}, 'Good (VISA)', '正常（VISA）'),
  line('5555555555554444', 'good', {}, 'Good (Mastercard)', '正常（Mastercard）'),
  line('3530111333300000', 'good', {}, 'Good (JCB)', '正常（JCB）'),
  line('378282246310005', 'good', {}, 'Good (American Express)', '正常（American Express）'),
  line('38520000023237', 'good', {}, 'Good (Diners Club)', '正常（Diners Club）'),
  line('6011111111111117', 'good', {}, 'Good (Discover)', '正常（Discover）'),

  line('4000000000000002', 'registration', always('G12'), 'Refused when registered [G12]', '登録時に拒否 [G12]'),
  line('4000000000000069', 'registration', always('G83'), 'Expired, when registered [G83]', '登録時に期限切れ [G83]'),
  line('4000000000000127', 'registration', always('G65'), 'Wrong number or code [G65]', '番号またはCVC誤り [G65]'),
  line('4000003720000278', 'registration', always('G65'), 'Wrong number or code [G65]', '番号またはCVC誤り [G65]'),
  line('4000000000000119', 'registration', always('G98'), 'Issuer fails [G98]', 'カード会社の処理エラー [G98]'),
  line('36227206271667', 'registration', always('brand-refused'), 'Brand not accepted', '利用できないブランド'),

  line('4000000000080319', 'charge', onPayment('G12'), 'Refused when charged [G12]', '支払い時に拒否 [G12]'),
  line('4000000000004012', 'charge', onPayment('G83'), 'Expired, when charged [G83]', '支払い時に期限切れ [G83]'),
  line(
    '4000000000080202',
    'charge',
    { declinesPayment: 'G12', paymentLimitYen: 10_000 },
    'Refused above 10,000 yen [G12]',
    '10,000円を超える支払いを拒否 [G12]',
  ),
  line('4000000000000077', 'charge', onPayment('G65'), 'Wrong number, when charged [G65]', '支払い時に番号誤り [G65]'),
  line(
    '4000000000000101',
    'charge',
    { securityCode: 'mismatch' },
    'Approved; security code does not match',
    '承認。セキュリティコード不一致',
  ),
  line(
    '4000000000000044',
    'charge',
    { securityCode: 'unavailable' },
    'Approved; security code not checked',
    '承認。セキュリティコード確認不可',
  ),
  line(
    '4000007000000007',
    'charge',
    { amountDecides: true },
    'The amount decides, see below',
    '金額で結果が決まる（下表）',
  ),
  line('4000007000000015', 'charge', always('G56'), 'Reported lost [G56]', '紛失届あり [G56]'),
  line('4000007000000023', 'charge', always('G60'), 'Reported stolen [G60]', '盗難届あり [G60]'),
  line('4000007000000031', 'charge', onPayment('G30'), 'Issuer wants a call [G30]', 'カード会社へ要連絡（保留） [G30]'),
  line(
    '4000007000000049',
    'charge',
    { account: { refusesFirst: 1 } },
    'First payment refused [G97], the next ones approved',
    '1回目の支払いは拒否 [G97]、2回目から承認',
  ),

  line(
    '4000007000000056',
    'account',
    { account: { fundsYen: 100_000 } },
    'Credit, limit of 100,000 yen [G55]',
    'クレジット、限度額10万円 [G55]',
  ),
  line(
    '4000007000000064',
    'account',
    { account: { fundsYen: 100_000, holdLapsesAfterMs: 10 * MINUTE_MS } },
    'Credit, limit of 100,000 yen [G55]; holds lapse after 10 minutes',
    'クレジット、限度額10万円 [G55]。オーソリは10分で失効',
  ),
  line(
    '4000007000000072',
    'account',
    { funding: 'debit', account: { fundsYen: 50_000, holdLapsesAfterMs: 45 * DAY_MS } },
    'Debit, 50,000 yen: a hold takes money at once [G06]; given back when it lapses after 45 days',
    'デビット、残高5万円。オーソリで即時引落し [G06]。45日で失効し返金',
  ),
  line(
    '5200007000000010',
    'account',
    { funding: 'debit', account: { fundsYen: 10_000, holdLapsesAfterMs: 10 * MINUTE_MS } },
    'Debit (Mastercard), 10,000 yen [G06]; holds lapse after 10 minutes',
    'デビット（Mastercard）、残高1万円 [G06]。オーソリは10分で失効',
  ),
  line(
    '5200007000000028',
    'account',
    { funding: 'prepaid', account: { fundsYen: 3_000 } },
    'Prepaid (Mastercard), 3,000 yen [G02]',
    'プリペイド（Mastercard）、残高3,000円 [G02]',
  ),
  line(
    '4000007000000080',
    'account',
    { funding: 'debit', account: { fundsYen: 0 } },
    'Debit, empty [G06]',
    'デビット、残高なし [G06]',
  ),
  line(
    '4000007000000098',
    'account',
    { account: { velocity: { windowMs: 10 * MINUTE_MS, countMax: 3, amountYenMax: null } } },
    'Three payments in 10 minutes, then [G54]',
    '10分間に3回まで、以降は [G54]',
  ),
  line(
    '3530007000000016',
    'account',
    { account: { velocity: { windowMs: DAY_MS, countMax: 1_000, amountYenMax: 30_000 } } },
    'JCB, 30,000 yen in 24 hours, then [G54]',
    'JCB、24時間に3万円まで、以降は [G54]',
  ),

  line('4000007000000106', 'origin', { issuedAbroad: true }, 'Issued abroad, good', '海外発行、正常'),
  line(
    '4000007000000114',
    'origin',
    { issuedAbroad: true, ...onPayment('G12') },
    'Issued abroad, may not pay in Japan [G12]',
    '海外発行、日本での支払い不可 [G12]',
  ),
  line(
    '370000700000013',
    'origin',
    { issuedAbroad: true },
    'Issued abroad, good (American Express)',
    '海外発行、正常（Amex）',
  ),
];

/** gmo-pg-protocol.md section 9. */
const issuerCodes = new Set(
  '02 03 04 05 12 22 30 42 44 45 54 55 56 60 61 65 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 83 95 96 97 98 99'.split(
    ' ',
  ),
);
const networkCodes = new Set('01 03 12 13 14 15 50 51 53 54 55 56 57 58 60 70 71 72 73 74 75 76 77 78'.split(' '));

const codeRange =
  (prefix: string, letter: 'G' | 'C', codes: ReadonlySet<string>) =>
  (number: string): Exception | undefined => {
    const code = number.length === 16 && number.startsWith(prefix) ? number.slice(14) : '';
    return codes.has(code) ? always(`${letter}${code}` as DeclineCode) : undefined;
  };

export const ranges: readonly Range[] = [
  {
    number: '49990000000000NN',
    group: 'range',
    en: `Refused with GNN: ${[...issuerCodes].join(' ')}`,
    ja: `GNN で拒否：${[...issuerCodes].join(' ')}`,
    exceptionOf: codeRange('49990000000000', 'G', issuerCodes),
  },
  {
    number: '59990000000000NN',
    group: 'range',
    en: `The network fails with CNN: ${[...networkCodes].join(' ')}`,
    ja: `ネットワーク障害 CNN：${[...networkCodes].join(' ')}`,
    exceptionOf: codeRange('59990000000000', 'C', networkCodes),
  },
  {
    number: '40000088NNNNNNNN',
    group: 'range',
    en: 'Never issued: numbers for attacks that try cards in sequence [G61]',
    ja: '未発行：カード番号を順に試す攻撃用 [G61]',
    exceptionOf: (number) => (/^40000088\d{8}$/.test(number) ? always('G61') : undefined),
  },
];

const AMOUNT_CARD = '4000007000000007';

/** 90,0NN yen on the card whose amount decides is GNN, 80,0NN yen is CNN; any other amount is approved. */
export const codeOfAmount = (amountYen: number): DeclineCode | null => {
  const code = String(amountYen % 1_000).padStart(2, '0');
  const thousands = Math.floor(amountYen / 1_000);
  if (thousands === 90 && issuerCodes.has(code)) return `G${code}` as DeclineCode;
  return thousands === 80 && networkCodes.has(code) ? (`C${code}` as DeclineCode) : null;
};

export const testAmounts: readonly TestAmount[] = [
  { card: AMOUNT_CARD, amount: '90,0NN', en: 'Refused with GNN', ja: 'GNN で拒否' },
  { card: AMOUNT_CARD, amount: '80,0NN', en: 'The network fails with CNN', ja: 'ネットワーク障害 CNN' },
  { card: AMOUNT_CARD, amount: '…', en: 'Approved', ja: '承認' },
];

/** The whole table, for pages: numbers first, then ranges. */
export const testCards: readonly TestCard[] = [...entries, ...ranges].map(({ number, group, en, ja }) => ({
  number,
  group,
  en,
  ja,
}));

export const exceptionsByNumber: ReadonlyMap<string, Exception> = new Map(
  entries.filter(({ group }) => group !== 'good').map(({ number, does }) => [number, does]),
);
