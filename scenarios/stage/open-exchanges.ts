/**
 * The exchanges that are not over for both sides, oldest first: whom a kill resets, and what a run
 * that cannot end waits for. A list through the exchanges themselves, because each one comes and
 * goes once and is hardly ever looked for.
 */

import type { Exchange } from './exchange.ts';

export class OpenExchanges {
  #count = 0;
  #oldest: Exchange | null = null;
  #newest: Exchange | null = null;

  get count(): number {
    return this.#count;
  }

  /** A copy, so that what is done to one may close others. */
  oldestFirst(): Exchange[] {
    const all: Exchange[] = [];
    for (let exchange = this.#oldest; exchange !== null; exchange = exchange.later) all.push(exchange);
    return all;
  }

  clear(): void {
    this.#count = 0;
    this.#oldest = null;
    this.#newest = null;
  }

  add(exchange: Exchange): void {
    this.#count++;
    exchange.earlier = this.#newest;
    if (this.#newest === null) this.#oldest = exchange;
    else this.#newest.later = exchange;
    this.#newest = exchange;
  }

  remove(exchange: Exchange): void {
    this.#count--;
    if (exchange.earlier === null) this.#oldest = exchange.later;
    else exchange.earlier.later = exchange.later;
    if (exchange.later === null) this.#newest = exchange.earlier;
    else exchange.later.earlier = exchange.earlier;
    // A listener may keep it: it must not keep its neighbours.
    exchange.earlier = null;
    exchange.later = null;
  }
}
