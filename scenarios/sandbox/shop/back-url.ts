/** Where the gateway sends a buyer back to: a compact JWS under the shop's secret key (payjp-api section 6). */
import { createHmac } from 'node:crypto';

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

export const signedBackUrl = (url: string, secretKey: string): string => {
  const signed = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify({ url }))}`;
  return `${signed}.${createHmac('sha256', secretKey).update(signed).digest('base64url')}`;
};
