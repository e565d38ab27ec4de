/** What a person sets from outside, by `k6 run -e NAME=value`. By default everything is the sandbox on 4240. */

const text = (name: string, otherwise: string): string => {
  const given = __ENV[name];
  return given === undefined || given === '' ? otherwise : given;
};

const number = (name: string, otherwise: number): number => {
  const given = Number(text(name, String(otherwise)));
  if (!Number.isFinite(given) || given < 0) throw new Error(`${name} is no number of 0 or more: ${__ENV[name]}`);
  return given;
};

const address = (name: string, otherwise: string): string => {
  const given = text(name, otherwise).replace(/\/$/, '');
  if (!/^https?:\/\/[^/]+/.test(given)) throw new Error(`${name} is no http address: ${given}`);
  return given;
};

const gatewayUrl = address('GATEWAY_URL', 'http://127.0.0.1:4240');

export const settings = {
  gatewayUrl,
  statusUrl: address('STATUS_URL', 'http://127.0.0.1:4244'),
  /** Control API of the acquirer that gets into trouble (`/sim/v1` below it). */
  simulatorUrl: address('SIM_URL', 'http://127.0.0.1:4245/escott'),
  simulatorToken: text('SIM_TOKEN', ''),
  /** A server that answers `{"notices": [{"merchant", "type", "atMs"}]}`; empty: nobody receives notices. */
  receiversUrl: text('RECEIVERS_URL', ''),
  /** The key of PAY.JP's public examples, which the sandbox knows. */
  secretKey: text('SECRET_KEY', 'sk_test_c62fade9d045b54cd76d7036'),
  publicKey: text('PUBLIC_KEY', 'pk_test_c62fade9d045b54cd76d7036'),
  /** New operations per second, and for how long. */
  rate: number('RATE', 5),
  durationS: number('DURATION_S', 60),
  /** Same seed, same payments. */
  seed: number('SEED', 1),
  timeoutMs: number('TIMEOUT_MS', 60_000),
  /** A plan file, for `replay.ts`. */
  plan: text('PLAN', ''),
  /** Folder of `summary.json`, `junit.xml` and `summary.html`; empty: text only. It must exist. */
  out: text('OUT', '').replace(/\/$/, ''),
  /** One NDJSON line per operation and request on the console: `--console-output FILE --log-format raw`. */
  operations: text('OPERATIONS', '') === '1',
  /** Every write that was acknowledged is looked at once, straight after its answer. */
  readBack: text('READ_BACK', '') === '1',
  /** `0`: this process sends traffic only, and another one watches the page (execution segments). */
  watch: text('WATCH', '1') !== '0',
} as const;
