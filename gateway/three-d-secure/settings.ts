/** What a merchant decides about 3-D Secure: where browsers come back to, and which results it accepts. */
import { z } from 'zod';

/** Return addresses by name, as PAY.JP's dashboard registers them; apps use schemes of their own. */
const ReturnUrl = z
  .string()
  .max(2048)
  .refine((url) => {
    if (!URL.canParse(url)) return false;
    const { protocol } = new URL(url);
    return !/^(javascript|data|vbscript|blob|file|about):$/.test(protocol);
  }, 'must be an address that a browser or an app opens');

export const ThreeDSecureSettings = z.strictObject({
  returnUrls: z
    .record(z.string().regex(/^[A-Za-z0-9_-]{1,60}$/), ReturnUrl)
    .refine((urls) => Object.keys(urls).length <= 20, 'at most 20')
    .default({}),
  /** Origins of the shop's pages that may stand around ours (`frame`), beside those of the return addresses. */
  frameOrigins: z
    .array(z.url({ protocol: /^https?$/ }).refine((url) => new URL(url).origin === url, 'must be an origin: no path'))
    .max(20, 'at most 20')
    .default([]),
  /** The issuer or its stand-in proved an attempt, no more (`attempted`). PAY.JP accepts it by default. */
  attempted: z.enum(['accept', 'refuse']).default('accept'),
  /**
   * Authentication could not be performed (`error`): PAY.JP refuses. `proceed` pays without the shift of
   * liability. A card holder who failed, or whom the issuer rejected, never pays.
   */
  unavailable: z.enum(['refuse', 'proceed']).default('refuse'),
});
export type ThreeDSecureSettings = z.output<typeof ThreeDSecureSettings>;

const defaults: ThreeDSecureSettings = ThreeDSecureSettings.parse({});

/** What was stored before a setting existed has its default. */
export const readSettings = (stored: string | null): ThreeDSecureSettings =>
  stored === null ? defaults : { ...defaults, ...(JSON.parse(stored) as Partial<ThreeDSecureSettings>) };

/** May a browser be sent there? A page of ours links to it, so it must be no script. */
export const isReturnUrl = (url: string): boolean => ReturnUrl.safeParse(url).success;
