/** What the directory server and the ACS are: their addresses, issuers and timers. */
import { z } from 'zod';
import { ServiceTime } from '../config.ts';

/** The card schemes that have a directory server here. UnionPay is not one of them. */
export const brands = ['visa', 'mastercard', 'jcb', 'amex', 'diners', 'discover'] as const;
export type TdsBrand = (typeof brands)[number];

/** emv-3ds.md, "Status of versions". */
export const versions = ['2.1.0', '2.2.0'] as const;
export type Version = (typeof versions)[number];

const IssuerId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,31}$/,
    'lower-case letters, digits and "-", at most 32; none of them a word of the wire',
  );

export const Issuer = z.strictObject({
  id: IssuerId,
  /** As its pages say it. */
  name: z.strictObject({ en: z.string().min(1).max(40), ja: z.string().min(1).max(40) }),
  brand: z.enum(brands),
  /** Whose cards are its own: the longest prefix that fits decides. */
  prefixes: z.array(z.string().regex(/^\d{1,16}$/)).min(1),
  /** Newest version its ACS speaks. */
  version: z.enum(versions).default('2.2.0'),
  /** Its 3DS Method; `hangs`: it has one that never calls back. */
  method: z.enum(['none', 'answers', 'hangs']).default('none'),
});
export type Issuer = z.infer<typeof Issuer>;

const issuer = (
  id: string,
  en: string,
  ja: string,
  brand: TdsBrand,
  prefixes: string[],
  method: 'none' | 'answers' | 'hangs' = 'none',
) => ({
  id,
  name: { en, ja },
  brand,
  prefixes,
  method,
});

/** Fictitious. The long prefixes are those of the method cards (`cards.ts`). */
export const defaultIssuers: readonly z.input<typeof Issuer>[] = [
  issuer('kaede', 'Kaede Card', '楓カード', 'visa', ['4']),
  issuer('sakura', 'Sakura Bank', 'さくら野銀行', 'visa', ['41000000006'], 'answers'),
  issuer('nagi', 'Nagi Bank', '凪銀行', 'visa', ['4100007000000113'], 'hangs'),
  { ...issuer('tsubaki', 'Tsubaki Bank', '椿銀行', 'visa', ['41000021']), version: '2.1.0' },
  issuer('matsu', 'Matsu Card', '松カード', 'mastercard', '51 52 53 54 55 22 23 24 25 26 27'.split(' ')),
  issuer('kiku', 'Kiku Bank', '菊野銀行', 'mastercard', ['51000000006'], 'answers'),
  issuer('ume', 'Ume Card', '梅カード', 'jcb', ['35', '31']),
  issuer('momo', 'Momo Bank', '桃野銀行', 'jcb', ['35280000006'], 'answers'),
  issuer('fuji', 'Fuji Card', '藤カード', 'amex', ['34', '37']),
  issuer('hagi', 'Hagi Bank', '萩野銀行', 'amex', ['34000000060'], 'answers'),
  issuer('take', 'Take Card', '竹カード', 'diners', ['30', '36', '38', '39']),
  issuer('kiri', 'Kiri Card', '桐カード', 'discover', ['6']),
];

const ms = z.number().min(0).max(86_400_000);

/** What the directory server says when an ACS does not answer (emv-3ds.md section 8, first row). */
export const standIns = ['attempts', 'unavailable', 'error'] as const;
export type StandIn = (typeof standIns)[number];
const StandInSetting = z.enum(standIns);

export const ThreeDSecureConfig = z.strictObject({
  /** Names the program in its log. */
  id: IssuerId.default('tds'),
  /** Where browsers and 3DS servers reach it, without a slash at the end. */
  publicUrl: z.string().regex(/^https?:\/\/[^/?#\s]+(\/[^?#\s]*[^/?#\s])?$/, 'wants a URL without a slash at its end'),
  issuers: z
    .array(Issuer)
    .min(1)
    .superRefine((issuers, context) => {
      const seen = new Map<string, string>();
      for (const [nth, { id, prefixes }] of issuers.entries()) {
        if (issuers.findIndex((other) => other.id === id) < nth)
          context.addIssue({ code: 'custom', path: [nth, 'id'], message: 'is used twice' });
        for (const [at, prefix] of prefixes.entries()) {
          const owner = seen.get(prefix);
          if (owner !== undefined)
            context.addIssue({ code: 'custom', path: [nth, 'prefixes', at], message: `belongs to ${owner} already` });
          seen.set(prefix, id);
        }
      }
    })
    .prefault([...defaultIssuers]),
  /** Cards of these prefixes are in no range: not enrolled. */
  notEnrolled: z.array(z.string().regex(/^\d{1,12}$/)).default(['41000079']),
  /** How long an ACS thinks about an AReq. */
  serviceMs: ServiceTime.prefault({ mean: 300, sigma: 0.4 }),
  /** Sources: emv-3ds.md section 8. */
  timers: z
    .strictObject({
      /** The directory server reads an ARes this long. */
      aResMs: ms.default(10_000),
      /** From ARes `C` to the first CReq. */
      firstCReqMs: ms.default(30_000),
      /** Each screen of a challenge. */
      screenMs: ms.default(600_000),
      /** The directory server waits this long for RRes. */
      rResMs: z.number().positive().max(600_000).default(3_000),
      /** Between deliveries of an RReq; the second follows the first at once. */
      rReqRetryMs: z.number().positive().max(86_400_000).default(10_000),
      /** Deliveries of an RReq in all. Bounded, where the specification is not. */
      rReqTriesMax: z.int().min(1).max(10_000).default(60),
      /** Between PReq of one 3DS server. */
      pReqMs: ms.default(3_600_000),
      /** Before a decoupled cardholder says yes. */
      decoupledMs: ms.default(10_000),
      /** The page that waits for the issuer's app asks again after this. */
      appPollMs: z.number().min(100).max(60_000).default(2_000),
    })
    .prefault({}),
  /** Wrong codes and resends of one challenge (reason 19 after the last). */
  triesMax: z.int().min(1).max(10).default(3),
  resendsMax: z.int().min(0).max(10).default(3),
  /** By brand; the others answer with an Erro. */
  standIn: z.partialRecord(z.enum(brands), StandInSetting).default({ visa: 'attempts', mastercard: 'attempts' }),
  /** Finished authentications that are remembered for the control API. */
  transactionsMax: z.int().min(1).max(1_000_000).default(20_000),
  /** Whether the challenge page says what the code is. */
  showsCode: z.boolean().default(true),
  /** When set, `/sim/v1/*` wants `Authorization: Bearer`. */
  controlToken: z.string().min(1).optional(),
});
export type ThreeDSecureConfig = z.infer<typeof ThreeDSecureConfig>;
export type ThreeDSecureConfigInput = z.input<typeof ThreeDSecureConfig>;
