/**
 * The counts as Prometheus reads them. prom-client writes the text; it is loaded by the first who
 * asks, has a registry of its own here and none of its default metrics, which would start timers.
 */
import type { Counted, Counts, Timed } from './counts.ts';
import { bucketsMs } from './counts.ts';
import type { Gauges } from './gauges.ts';

interface Value {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly values: readonly Value[];
}

/** What prom-client asks of a metric: its name, and everything about it when it is read. */
interface Readable {
  readonly name: string;
  get(): Promise<Metric & { readonly aggregator: 'sum' }>;
}

const counter = (name: string, help: string, counted: Iterable<Counted>): Metric => ({
  name,
  help,
  type: 'counter',
  values: [...counted].map(({ labels, count }) => ({ labels, value: count })),
});

/** Prometheus counts in seconds, and a bucket holds all that is smaller too. */
const histogram = (name: string, help: string, timed: Iterable<Timed>): Metric => ({
  name,
  help,
  type: 'histogram',
  values: [...timed].flatMap(({ labels, histogram: { counts, sumMs } }) => {
    let below = 0;
    const buckets = [...bucketsMs.map((ms) => String(ms / 1000)), '+Inf'].map((le, index) => {
      below += counts[index]!;
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sumMs / 1000 },
      { metricName: `${name}_count`, labels, value: below },
    ];
  }),
});

const metricsOf = (counts: Counts, gauges: Gauges): readonly Metric[] => [
  counter('breakwater_requests_total', 'Answers by route, HTTP status and who decided them.', counts.requests.values()),
  histogram(
    'breakwater_request_duration_seconds',
    'From the first look at a request to its answer.',
    counts.durations.values(),
  ),
  counter(
    'breakwater_upstream_outcomes_total',
    'Exchanges with acquirers by how they ended; unknown: nobody knows.',
    counts.outcomes.values(),
  ),
  histogram(
    'breakwater_upstream_duration_seconds',
    'From sending to an acquirer to its outcome.',
    counts.exchanges.values(),
  ),
  counter(
    'breakwater_limiter_refusals_total',
    'Requests turned away, by rate zone or by concurrency.',
    counts.refusals.values(),
  ),
  ...gauges.map((gauge) => ({ ...gauge, type: 'gauge' as const })),
];

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** The text of `/metrics`. */
export const expose = async (counts: Counts, gauges: Gauges): Promise<Exposition> => {
  const { Registry } = await import('prom-client');
  const registry = new Registry();
  for (const metric of metricsOf(counts, gauges)) {
    const readable: Readable = {
      name: metric.name,
      get: () => Promise.resolve({ ...metric, aggregator: 'sum' as const }),
    };
    registry.registerMetric(readable as unknown as Parameters<typeof registry.registerMetric>[0]);
  }
  return { contentType: registry.contentType, text: await registry.metrics() };
};
