/**
 * Real acquirers on the stage, with a hand in front of each: a test may answer a call itself,
 * change what the acquirer says, or let it be carried out and say nothing.
 */
import { type AcquirerConfigInput, createAcquirer } from '../../acquirer-sim/app.ts';
import type { ProgramSpec } from '../../scenarios/stage/instances.ts';

export type AcquirerId = 'escott' | 'gmo';

/** One request of the gateway as the acquirer got it. */
export interface UpstreamCall {
  readonly acquirer: AcquirerId;
  /** e-SCOTT's OperateId (`1Auth`, `9List`) or GMO-PG's API (`ExecTran`). */
  readonly operation: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Simulated milliseconds. */
  readonly atMs: number;
}

/** Answers one call. `carryOut` lets the real acquirer do what was asked and gives its answer. */
export type Hand = (call: UpstreamCall, carryOut: () => Promise<Response>) => Promise<Response> | Response;

export interface StagedAcquirer {
  /** Null: the acquirer answers by itself. */
  hand: Hand | null;
  /** Every request of the gateway that arrived, oldest first. */
  readonly calls: UpstreamCall[];
  readonly spec: ProgramSpec;
}

/** Everything takes 50 ms, so that times in tests are round; the listing is late by up to a minute. */
const capacity = {
  workers: 50,
  queueMax: 500,
  serviceMs: Object.fromEntries(
    ['check', 'authorise', 'capture', 'change', 'void', 'search'].map((kind) => [kind, { mean: 50, sigma: 0 }]),
  ),
};

/** What acquirers present to the gateway. */
export const upstreamToken = 'operators-token-of-the-tests';

const accounts = {
  escott: { dialect: 'escott', merchantId: 'BREAKWATER01', merchantPass: 'stagepass01', tenantId: '0001' },
  gmo: { dialect: 'gmo-pg', shopId: 'tshop00000001', shopPass: 'stagepas' },
} as const;

/** The gateway's account there, as its configuration says it. */
export const accountAt = (id: AcquirerId) => ({
  id,
  ...accounts[id],
  baseUrl: `http://${id}.test`,
  contactUrl: `http://${id}.test/contact`,
  contactTenant: 'ours',
});

/** The acquirer's side of the same account. */
export const acquirerConfig = (id: AcquirerId): AcquirerConfigInput => {
  const { dialect, ...credentials } = accounts[id];
  // Operators have no address to write to; chargebacks come in.
  const disputes = { disputeUrl: 'http://gateway.test/upstream/disputes', noticeToken: upstreamToken };
  return { dialect, id, capacity, tenants: [{ id: 'ours', ...credentials, ...disputes }] } as AcquirerConfigInput;
};

const operationOf = (path: string, fields: URLSearchParams): string | null =>
  fields.get('OperateId') ?? /^\/payment\/(\w+)\.idPass$/.exec(path)?.[1] ?? null;

export const stageAcquirer = (id: AcquirerId): StagedAcquirer => {
  const staged: StagedAcquirer = {
    hand: null,
    calls: [],
    spec: {
      program: id,
      host: `${id}.test`,
      create({ clock, random, fetch, log }) {
        const real = createAcquirer({ clock, random, fetch, log, config: acquirerConfig(id) });
        return {
          start: () => real.start(),
          stop: () => real.stop(),
          app: {
            async fetch(request) {
              const { pathname: path } = new URL(request.url);
              const text = request.method === 'GET' ? null : await request.text();
              const again = (): Request =>
                new Request(request.url, {
                  method: request.method,
                  headers: request.headers,
                  ...(text === null ? {} : { body: text }),
                });
              const carryOut = async (): Promise<Response> => real.app.fetch(again());
              const fields = new URLSearchParams(text ?? '');
              const operation = operationOf(path, fields);
              if (operation === null) return carryOut();
              const call = { acquirer: id, operation, fields: Object.fromEntries(fields), atMs: clock.monotonicMs() };
              staged.calls.push(call);
              return staged.hand === null ? carryOut() : staged.hand(call, carryOut);
            },
          },
        };
      },
    },
  };
  return staged;
};

/** An answer that never comes: the caller's timeout ends the wait. */
export const silence = (): Promise<Response> => new Promise(() => undefined);

/** Puts a hand before some operations only; the others are carried out. */
export const on =
  (operations: string | readonly string[], hand: Hand): Hand =>
  (call, carryOut) =>
    [operations].flat().includes(call.operation) ? hand(call, carryOut) : carryOut();

/** Carries out what was asked and loses the answer. */
export const loseReply: Hand = async (_call, carryOut) => {
  await carryOut();
  return silence();
};

/** Answers a text and carries nothing out. */
export const says =
  (text: string, status = 200): Hand =>
  () =>
    new Response(text, { status });
