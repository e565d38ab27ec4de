/**
 * A store as one instance may use it: gone with the instance, and dying at the worst moments.
 *
 * The database itself belongs to the stage and outlives every instance. A unit whose instance is
 * dead by its end throws inside the store, which rolls it back; whoever awaits it hears nothing.
 */

import type { Store, Tx } from '../../gateway/ports.ts';
import type { Party } from './exchange.ts';
import { never } from './never.ts';

/** Units whose work is going on. None may be, whenever simulated time moves. */
export class OpenUnits {
  readonly #owners = new Map<string, number>();

  enter(owner: string): void {
    this.#owners.set(owner, (this.#owners.get(owner) ?? 0) + 1);
  }

  leave(owner: string): void {
    const left = (this.#owners.get(owner) ?? 0) - 1;
    if (left > 0) this.#owners.set(owner, left);
    else this.#owners.delete(owner);
  }

  /** Throws when a unit awaits something that takes time: with a real database it would hold its locks that long. */
  assertNone(): void {
    if (this.#owners.size === 0) return;
    throw new Error(`a store unit of ${[...this.#owners.keys()].join(', ')} awaits something other than its tx`);
  }
}

class InstanceIsDead extends Error {
  override readonly name = 'InstanceIsDead';
}

export const revocableStore = (store: Store, owner: Party, openUnits: OpenUnits): Store => {
  const watched =
    <T>(work: (tx: Tx) => Promise<T>, isUnit: boolean) =>
    async (tx: Tx): Promise<T> => {
      if (!owner.isAlive) throw new InstanceIsDead();
      openUnits.enter(owner.name);
      try {
        const result = await work(tx);
        if (!owner.isAlive || (isUnit && owner.crashPoint('commit'))) throw new InstanceIsDead();
        return result;
      } finally {
        openUnits.leave(owner.name);
      }
    };
  return {
    unit<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      if (!owner.isAlive || owner.crashPoint('unit')) return never();
      return new Promise((resolve, reject) => {
        store.unit(watched(work, true)).then(
          (result) => {
            if (owner.isAlive && !owner.crashPoint('committed')) resolve(result);
          },
          (error) => {
            if (owner.isAlive) reject(error);
          },
        );
      });
    },
    read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      if (!owner.isAlive) return never();
      return new Promise((resolve, reject) => {
        store.read(watched(work, false)).then(
          (result) => {
            if (owner.isAlive) resolve(result);
          },
          (error) => {
            if (owner.isAlive) reject(error);
          },
        );
      });
    },
  };
};
