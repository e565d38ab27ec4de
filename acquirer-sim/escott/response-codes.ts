/**
 * The whole ResponseCd table (escott-protocol.md section 5), for `magic.ts`, pages, and the test that
 * nothing else is ever sent. Several codes go out joined by `|`. `NG` is not here: clients make it up.
 */

/** One family a block: its letter, then `<code> <meaning>` a line. */
const table = `
OK success
K01 whole message
K02 MerchantId
K03 MerchantPass
K04 TenantId
K05 TransactionDate
K06 OperateId
K07 MerchantFree1
K08 MerchantFree2
K09 MerchantFree3
K10 ProcessId
K11 ProcessPass
K12 ProcessId and ProcessPass do not belong together
K14 OperateId: not after what came before
K15 too many members for one reference
K20 CardNo
K21 CardExp
K22 PayType
K23 Amount
K24 SecCd
K28 TelNo
K30 3-D Secure field EncodeXId3D
K31 3-D Secure field MessageVersionNo3D
K32 3-D Secure field TransactionId3D
K33 3-D Secure field TransactionStatus3D
K34 3-D Secure field CAVVAlgorithm3D
K35 3-D Secure field CAVV3D
K36 3-D Secure field ECI3D
K37 3-D Secure field PANCardNo3D
K39 SalesDate
K40 security code error
K45 KaiinId
K46 KaiinPass
K47 NewKaiinPass
K48 EnableCheckUseKbn
K50 PayLimit
K51 NameKanji
K52 NameKana
K53 ShouhinName
K54 Free1 to Free7
K55 Comment
K60 ReturnURL
K68 members are not in the contract
K69 member id is taken
K70 member is not disabled
K71 member id and password do not belong together
K73 member is active already
K74 member is locked after wrong passwords
K75 member is not valid
K79 member cannot be used
K80 member id beside another card
K81 another member's transaction
K82 card number
K83 expiry
K84 KaiinId
K85 KaiinPass
K86 ProcNo
K87 PostUrl
K88 original deal exists twice
K89 ProcNo was used
K96 internal communication failed (timeout)
K98 minor internal failure
K99 other exception
KA1 CurrencyId
KBX double transaction
KBY processing incomplete
KBZ no original transaction
KG8 operator locked
KGH setting of member references
KH0 unknown response
KH4 page language or URL field
KHS page language or URL field
KHT page language or URL field
KHU page language or URL field
KHV an automatic cancellation was carried out, try again
KHX Token
KHZ tokens are not in the contract
KI0 sale cancelled, details unknown
KI1 k_TokenNinsyoCode
KI2 token was used
KI3 token has expired
KI4 terminal information
KI5 locked: the same card again and again
KI6 terminal locked: input again and again
KI8 several targets
KIE Apple Pay
KIF Apple Pay
KIH Apple Pay
KIJ Apple Pay
KIK Apple Pay
KIL Apple Pay
KIW KaiinIdAutoRiyoFlg
C01 setting
C02 system error of e-SCOTT
C03 communication error of e-SCOTT
C10 payment kind
C11 outside the bonus period
C12 instalments
C13 expired
C14 cancelled already
C15 below the least bonus amount
C16 card number
C17 range of card numbers
C18 not to be authorised here
C70 setting
C71 setting
C80 card company's centre is closed
C98 other
C99 other
G12 card cannot be used
G22 barred for good
G30 pending, referral
G42 PIN
G44 security code
G45 security code is missing
G54 count or amount of the day
G55 over the limit
G56 capture the card
G60 accident card
G61 invalid card
G65 card number
G68 amount
G72 bonus amount
G74 number of instalments
G75 amount of an instalment
G78 payment kind
G83 expiry
G84 approval number
G85 CAFIS stands in
G92 issuer's own
G94 cycle number
G95 issuer's service is closed
G96 accident data
G97 request rejected
G98 issuer's task failed
G99 connection refused
P51 buyer left the page
P52 buyer left the page
P55 buyer left the page
P56 buyer left the page
P62 buyer left the page
P63 buyer left the page
P64 buyer left the page
P65 buyer left the page
P69 buyer left the page
P70 buyer left the page
R01 UnionPay system down
R18 UnionPay balance
R37 UnionPay, not needed
U01 no 3-D Secure password
U02 issuer without 3-D Secure
U03 brand's or issuer's server failed
U04 not carried out
U05 tampered with
U06 buyer took more than 40 minutes
U07 the same message is in process
U08 again after the session
U09 brand without 3-D Secure
U10 brand's server is down
U11 check failed
U12 merchant
U13 field
U14 planned stop
U95 for the moment, try again
U96 reported, wait
U99 unexpected
W01 convenience store: setting
W02 convenience store: value
W03 convenience store: internal (web)
W04 convenience store: system setting
W05 convenience store: field
W06 convenience store: internal (database)
W99 convenience store: other
`;

/** Meaning by code. */
export const responseCodes: Readonly<Record<string, string>> = Object.fromEntries(
  table
    .trim()
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
);

/** What a caller knows of its payment after a code: `unknown` means that it may have been carried out. */
export type CodeOutcome = 'done' | 'not-done' | 'reversed' | 'unknown';

const unknown = new Set(['K96', 'K98', 'K99', 'KBY', 'KH0', 'C02', 'C03']);
const reversed = new Set(['KHV', 'KI0']);

/** Of a ResponseCd as it stands on the wire, one code or several. The least certain one counts. */
export const outcomeOf = (responseCd: string): CodeOutcome => {
  if (responseCd === 'OK') return 'done';
  const codes = responseCd.split('|');
  if (codes.some((code) => unknown.has(code) || !Object.hasOwn(responseCodes, code))) return 'unknown';
  return codes.some((code) => reversed.has(code)) ? 'reversed' : 'not-done';
};
