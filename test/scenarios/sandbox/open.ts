/** A sandbox on free ports, in this process, for one test file. */
import { openSandbox, type Sandbox, type SandboxOptions } from '../../../scenarios/sandbox/sandbox.ts';

export const broken: unknown[] = [];
const quiet = (): void => undefined;

export const open = (options: Partial<SandboxOptions> = {}): Promise<Sandbox> =>
  openSandbox({
    port: 0,
    state: null,
    ...options,
    log: { debug: quiet, info: quiet, warn: quiet, error: (fields) => void broken.push(fields) },
  });

export const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

/** Answers are looked into as a client without types does. */
// biome-ignore lint/suspicious/noExplicitAny: what is in an answer is what the tests are about
export type Json = any;

export interface Told {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

/** Sends a form, or JSON, or nothing, and reads JSON. */
export const call = async (
  method: string,
  url: string,
  { key, form, json, text }: { key?: string; form?: Record<string, string>; json?: unknown; text?: string } = {},
): Promise<Told> => {
  const body =
    form !== undefined ? new URLSearchParams(form).toString() : json !== undefined ? JSON.stringify(json) : text;
  const reply = await fetch(url, {
    method,
    headers: {
      ...(key === undefined ? {} : { Authorization: basic(key) }),
      ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const said = await reply.text();
  return { status: reply.status, headers: reply.headers, body: said === '' ? null : JSON.parse(said) };
};

export const good = {
  'card[number]': '4242424242424242',
  'card[exp_month]': '12',
  'card[exp_year]': '2040',
  'card[cvc]': '123',
};

export const cardToken = async (gateway: string, key: string, number = good['card[number]']): Promise<string> => {
  const made = await call('POST', `${gateway}/v1/tokens`, { key, form: { ...good, 'card[number]': number } });
  if (made.status !== 200) throw new Error(`no token: ${JSON.stringify(made.body)}`);
  return made.body.id;
};

export const charge = async (gateway: string, key: string, amount: number): Promise<Told> =>
  call('POST', `${gateway}/v1/charges`, {
    key,
    form: { amount: String(amount), currency: 'jpy', card: await cardToken(gateway, key) },
  });
