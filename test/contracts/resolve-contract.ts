/** What name resolution promises on every stage: the guard of webhook targets judges by it alone. */
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import type { Resolve } from '../../gateway/ports.ts';
import { failureOf } from './fetch-contract.ts';

export interface ResolveHarness {
  readonly resolve: Resolve;
  /** A name that means something here. */
  readonly known: string;
}

export const resolveContract = (name: string, open: () => ResolveHarness): void => {
  describe(`the resolve contract, kept by ${name}`, () => {
    it('gives the addresses of a name, each of them an IP address', async () => {
      const { resolve, known } = open();
      const found = await resolve(known);
      expect(found.length).toBeGreaterThan(0);
      for (const address of found) expect([address, ipaddr.isValid(address)]).toEqual([address, true]);
    });

    it('gives the same ones when it is asked again', async () => {
      const { resolve, known } = open();
      expect([...(await resolve(known))].toSorted()).toEqual([...(await resolve(known))].toSorted());
    });

    it('rejects with a code when the name means nothing', async () => {
      const { resolve } = open();
      const failure = await Promise.resolve(resolve('nobody.invalid')).then(() => 'resolved', failureOf);
      // EAI_AGAIN is what a machine without any name server says.
      expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(failure);
    });
  });
};
