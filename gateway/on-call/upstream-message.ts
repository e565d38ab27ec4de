/** What we write to an acquirer's operators when payments through it fail: that they do, since when, and who sends how much. */
import type { GatewayConfig } from '../config.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { OpenView } from '../incidents/door.ts';
import type { Fetch } from '../ports.ts';

export interface UpstreamMessages {
  /** `alternate`: by its other route, after a quarter of an hour without an answer from our people. */
  trouble(incident: OpenView, route: 'first' | 'alternate'): Promise<void>;
  /** A word that asks for nothing, past the outbox: does the line work? Never rejects. */
  test(acquirer: string): Promise<boolean>;
}

const testTimeoutMs = 5_000;

export const createUpstreamMessages = (deps: {
  readonly deliveries: Pick<Deliveries, 'send'>;
  readonly fetch: Fetch;
  readonly acquirers: GatewayConfig['acquirers'];
  readonly wallMs: () => number;
  /** Requests to the acquirer within the last minute, by merchant. */
  readonly counts: (acquirer: string) => Readonly<Record<string, number>>;
}): UpstreamMessages => ({
  trouble: async (incident, route) => {
    for (const account of deps.acquirers) {
      if (!incident.scopes.includes(account.id)) continue;
      const url = route === 'first' ? account.contactUrl : (account.alternateContactUrl ?? account.contactUrl);
      if (url === null) continue;
      await deps.deliveries.send({
        merchantId: null,
        kind: 'upstream',
        subject: account.id,
        url,
        token: '',
        body: JSON.stringify({
          tenant: account.contactTenant,
          kind: 'trouble',
          atMs: deps.wallMs(),
          incident: incident.id,
          sinceMs: incident.startedAtMs,
          components: incident.components,
          requestsPerMerchant: deps.counts(account.id),
          message:
            'Requests to you fail or are refused. Our requests of the last minute by merchant are attached; please tell us at once if you restrict us.',
        }),
      });
    }
  },
  test: async (acquirer) => {
    const account = deps.acquirers.find(({ id }) => id === acquirer);
    if (account === undefined || account.contactUrl === null) return false;
    const atMs = deps.wallMs();
    const body = {
      tenant: account.contactTenant,
      kind: 'line_test',
      atMs,
      message: 'A test of this line. Nothing is asked.',
    };
    try {
      const { status } = await deps.fetch(account.contactUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        timeoutMs: testTimeoutMs,
        drawKey: `line-test/${acquirer}/${atMs}`,
      });
      return status >= 200 && status < 300;
    } catch {
      return false;
    }
  },
});
