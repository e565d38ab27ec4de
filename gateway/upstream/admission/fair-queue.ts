/**
 * Who is next when not everybody can be served: start-time fair queueing over merchants
 * (Goyal, Vin, Cheng 1997; resilience-patterns section 2).
 *
 * A merchant's next request has a start tag S = max(V, F), where F is the finish of its last one and
 * V the start of what was served last; serving it sets F = S + cost / weight. The smallest S is next.
 * So whoever asks for less than its share never waits behind those who ask for more. Nothing is
 * remembered once nobody waits: idle slots are anybody's.
 *
 * Whoever has waited for more than half of its time will hardly be served in it: that merchant's
 * newest is taken first then, and its oldest are the first to go (adaptive LIFO).
 */

export interface Waiting {
  readonly merchant: string;
  /** Share of the merchant relative to others; 1 is ordinary. */
  readonly weight: number;
  /** Calls it will make. */
  readonly cost: number;
  /** Lower is shed first. */
  readonly rank: number;
  readonly sinceMs: number;
  /** It gives up then. */
  readonly untilMs: number;
}

interface Flow<Item> {
  readonly merchant: string;
  /** Of the request that is next. */
  start: number;
  readonly items: Item[];
}

export interface FairQueue<Item extends Waiting> {
  /** Adds a request; what has to leave for it, which may be itself. `max`: how many may wait now. */
  push(item: Item, max: number): Item | null;
  /** Takes the next one that may be started, in the order of the tags. */
  pop(nowMs: number, startable: (item: Item) => boolean): Item | null;
  /** Takes out those whose time is over. */
  expire(nowMs: number): Item[];
  /** When the first gives up; null while nobody waits. */
  nextExpiryMs(): number | null;
  readonly size: number;
}

export const createFairQueue = <Item extends Waiting>(rules: { readonly perMerchant: number }): FairQueue<Item> => {
  /** In order of their becoming backlogged, which settles equal tags. */
  const flows = new Map<string, Flow<Item>>();
  const finishes = new Map<string, number>();
  let virtual = 0;
  let size = 0;

  const isOld = ({ sinceMs, untilMs }: Item, nowMs: number): boolean => nowMs - sinceMs > (untilMs - sinceMs) / 2;

  const forgetIfIdle = (): void => {
    if (size > 0) return;
    virtual = 0;
    finishes.clear();
  };

  const remove = (flow: Flow<Item>, at: number): Item => {
    const [item] = flow.items.splice(at, 1);
    size -= 1;
    if (flow.items.length === 0) flows.delete(flow.merchant);
    return item!;
  };

  const backlog = (flow: Flow<Item>): number => flow.items.reduce((sum, { cost, weight }) => sum + cost / weight, 0);

  /** Whose loss costs least: lowest rank first, then the flow that would be served last. */
  const victim = (nowMs: number): Item => {
    let rank = Infinity;
    for (const { items } of flows.values()) for (const item of items) if (item.rank < rank) rank = item.rank;
    let worst: Flow<Item> | null = null;
    let last = -Infinity;
    for (const flow of flows.values()) {
      if (!flow.items.some((item) => item.rank === rank)) continue;
      const end = flow.start + backlog(flow);
      if (end < last) continue;
      last = end;
      worst = flow;
    }
    const { items } = worst!;
    const candidates = items.filter((item) => item.rank === rank);
    const chosen = isOld(candidates[0]!, nowMs) ? candidates[0]! : candidates.at(-1)!;
    return remove(worst!, items.indexOf(chosen));
  };

  return {
    push(item, max) {
      const { merchant } = item;
      let flow = flows.get(merchant);
      if (flow === undefined) {
        flow = { merchant, start: Math.max(virtual, finishes.get(merchant) ?? 0), items: [] };
        flows.set(merchant, flow);
      }
      flow.items.push(item);
      size += 1;
      if (flow.items.length > rules.perMerchant) {
        const { items } = flow;
        return remove(flow, isOld(items[0]!, item.sinceMs) ? 0 : items.length - 1);
      }
      if (size <= max) return null;
      const left = victim(item.sinceMs);
      forgetIfIdle();
      return left;
    },
    pop(nowMs, startable) {
      let next: Flow<Item> | null = null;
      let chosen = -1;
      for (const flow of flows.values()) {
        if (next !== null && flow.start >= next.start) continue;
        const { items } = flow;
        const newestFirst = isOld(items[0]!, nowMs);
        const at = newestFirst ? items.findLastIndex(startable) : items.findIndex(startable);
        if (at < 0) continue;
        next = flow;
        chosen = at;
      }
      if (next === null) return null;
      const { merchant, start } = next;
      const item = remove(next, chosen);
      virtual = start;
      const finish = start + item.cost / item.weight;
      next.start = finish;
      finishes.set(merchant, finish);
      forgetIfIdle();
      return item;
    },
    expire(nowMs) {
      const gone: Item[] = [];
      for (const flow of flows.values())
        for (let at = flow.items.length - 1; at >= 0; at -= 1)
          if (flow.items[at]!.untilMs <= nowMs) gone.push(remove(flow, at));
      forgetIfIdle();
      return gone;
    },
    nextExpiryMs() {
      let first: number | null = null;
      for (const { items } of flows.values())
        for (const { untilMs } of items) if (first === null || untilMs < first) first = untilMs;
      return first;
    },
    get size() {
      return size;
    },
  };
};
