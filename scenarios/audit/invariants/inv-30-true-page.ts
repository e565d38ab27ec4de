/**
 * The public page tells the truth: what plainly hurts merchants is on it within its time, it says
 * "resolved" of nothing that is bad at that moment, and it shows no incident without a cause.
 *
 * Badness is counted from what merchants were answered in steps of ten seconds, but those that were told of abuse: what
 * happens to them is no trouble of the others'. The page is what a reader of its JSON saw. Held to it is only a page
 * that machines write.
 */
import { createNotebook, type Invariant, second } from '../invariant.ts';

const stepMs = 10_000;
const before = 60;
/** Plainly bad: for a whole minute at least half of at least so many requests failed. */
const plainSteps = 6;
const plainShare = 0.5;
const plainRequests = 20;
/** A minute to notice, and one for publication and for a reader who looks now and then. */
const noticeMs = 120_000;
/** Bad while "resolved" is said: a quarter of at least so many requests in the minute before. */
const stillShare = 0.25;
/** An incident needs something that went wrong this long before. */
const causeMs = 1_800_000;

interface Step {
  requests: number;
  failed: number;
}

interface Shown {
  readonly atMs: number;
  readonly incident: string;
  readonly stage: string;
}

const readIncidents = (body: string): { id: string; stage: string }[] => {
  try {
    const { incidents } = JSON.parse(body) as { incidents?: { id: string; stage: string }[] };
    return incidents ?? [];
  } catch {
    return [];
  }
};

export const inv30: Invariant = {
  id: 'INV-30',
  title: 'the page says what is bad, and "resolved" of nothing that still is',
  watch({ promises: { machineNotices } }) {
    if (!machineNotices) return { judge: () => createNotebook().judgement() };
    const byMerchant = new Map<string, Step[]>();
    const abusers = new Set<string>();
    let steps: readonly Step[] = [];
    /** Times of anything that went wrong anywhere, at most one a step. */
    const wrong = new Set<number>();
    const shown: Shown[] = [];
    const stages = new Map<string, string>();
    let lastBody = '';
    /** What nobody sees is nobody's truth: a page that is not looked at has nothing to judge. */
    let looks = 0;
    let lastLookMs = 0;
    const stepOf = (atMs: number): number => Math.floor(atMs / stepMs) + before;
    const at = (merchant: string, index: number): Step => {
      let own = byMerchant.get(merchant);
      if (own === undefined) {
        own = [];
        byMerchant.set(merchant, own);
      }
      while (own.length <= index) own.push({ requests: 0, failed: 0 });
      return own[index]!;
    };
    const together = (): readonly Step[] => {
      const all: Step[] = [];
      for (const [merchant, own] of byMerchant) {
        if (abusers.has(merchant)) continue;
        for (const [index, { requests, failed }] of own.entries()) {
          all[index] ??= { requests: 0, failed: 0 };
          all[index].requests += requests;
          all[index].failed += failed;
        }
      }
      return all;
    };
    return {
      logged({ fields }) {
        if (fields.event.startsWith('abuse.') && typeof fields.merchant === 'string') abusers.add(fields.merchant);
      },
      asked({ kind, key, exchange, status }) {
        // What never reached us, or never got back, nobody here could notice: a cut on the merchants' side.
        if (kind === 'other' || kind === 'read' || exchange.sentMs < 0 || status === null) return;
        const step = at(key?.merchant ?? '', stepOf(exchange.endedMs));
        step.requests += 1;
        // A planned stop that the page announced is told to callers in so many words; it is no incident.
        const planned = exchange.replyBody.includes('"under_maintenance"') && lastBody.includes('"maintenance-');
        if (status >= 500 && !planned) step.failed += 1;
      },
      passed(exchange, from, to) {
        const slow = exchange.endedMs - exchange.sentMs > 1_000;
        if (exchange.outcome !== 'answered' || (exchange.status ?? 0) >= 400 || slow)
          if (
            to === 'acquirer' ||
            to === 'receiver' ||
            to === 'three-d-secure' ||
            (to === 'gateway' && (exchange.status ?? 500) >= 429)
          )
            wrong.add(stepOf(exchange.sentMs));
        if (to !== 'status-page' || from === 'gateway' || !exchange.path.startsWith('/api/v1/status.json')) return;
        if (exchange.outcome !== 'answered' || exchange.status !== 200) return;
        looks += 1;
        lastLookMs = exchange.endedMs;
        if (exchange.replyBody === lastBody || shown.length >= 10_000) return;
        lastBody = exchange.replyBody;
        for (const { id, stage } of readIncidents(lastBody)) {
          if (stages.get(id) === stage) continue;
          stages.set(id, stage);
          shown.push({ atMs: exchange.endedMs, incident: id, stage });
        }
      },
      judge() {
        const { judged, violate, judgement } = createNotebook();
        if (looks === 0) return judgement();
        steps = together();
        const sum = (from: number, count: number): Step => {
          const total = { requests: 0, failed: 0 };
          for (let index = Math.max(0, from); index < from + count && index < steps.length; index += 1) {
            total.requests += steps[index]!.requests;
            total.failed += steps[index]!.failed;
          }
          return total;
        };
        const isBad = (from: number, count: number, share: number): boolean => {
          const { requests, failed } = sum(from, count);
          return requests >= plainRequests && failed / requests >= share;
        };
        let badSince: number | null = null;
        for (let index = before; index + plainSteps <= steps.length; index += 1) {
          if (!isBad(index, plainSteps, plainShare)) {
            badSince = null;
            continue;
          }
          if (badSince !== null) continue;
          badSince = index;
          const endMs = (index + plainSteps - before) * stepMs;
          if (endMs + noticeMs > lastLookMs) continue;
          judged();
          const open = shown.filter(({ atMs }) => atMs <= endMs + noticeMs);
          const last = new Map(open.map(({ incident, stage }) => [incident, stage]));
          if (
            ![...last.values()].some((stage) => stage !== 'resolved') &&
            !open.some(({ atMs }) => atMs > endMs - 60_000)
          )
            violate({
              atMs: endMs + noticeMs,
              objects: ['status page'],
              text: `half of all requests failed from ${second(endMs - plainSteps * stepMs)} on, and at ${second(endMs + noticeMs)} the page showed nothing`,
            });
        }
        const seen = new Set<string>();
        for (const { atMs, incident, stage } of shown) {
          judged();
          const step = stepOf(atMs);
          if (stage === 'resolved' && isBad(step - plainSteps, plainSteps, stillShare))
            violate({
              atMs,
              objects: [incident],
              text: `the page said "resolved" of ${incident} at ${second(atMs)}, when ${sum(step - plainSteps, plainSteps).failed} of ${sum(step - plainSteps, plainSteps).requests} requests of the minute before had failed`,
            });
          if (seen.has(incident)) continue;
          seen.add(incident);
          let cause = false;
          for (let index = step; index >= step - causeMs / stepMs && !cause; index -= 1) cause = wrong.has(index);
          if (!cause)
            violate({
              atMs,
              objects: [incident],
              text: `the page showed ${incident} at ${second(atMs)}, and nothing had gone wrong anywhere for half an hour`,
            });
        }
        return judgement();
      },
    };
  },
};
