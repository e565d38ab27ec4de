/**
 * What every shared place promises, whoever keeps it: the in-process model and Redis give the same
 * answers to the same questions, and so do several clients of one of them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Shared, SharedRate, SharedSlot } from '../../gateway/ports.ts';

export interface SharedHarness {
  /** Two clients of one place. */
  readonly clients: readonly [Shared, Shared];
  /** Lets `ms` pass on the place's own clock. */
  pass(ms: number): Promise<void>;
  /** Takes the place away, with all it knows, and brings it back. Absent where that is tried elsewhere. */
  lose?(): Promise<void>;
  restore?(): Promise<void>;
  close?(): Promise<void>;
}

const second = 1_000_000;
const rate = (key: string, more: Partial<SharedRate> = {}): SharedRate => ({
  key,
  intervalUs: 20 * second,
  burst: 3,
  cost: 1,
  ...more,
});
const slot = (key: string, holder: string, more: Partial<SharedSlot> = {}): SharedSlot => ({
  key,
  max: 2,
  holder,
  ttlMs: 60_000,
  ...more,
});

export const sharedContract = (name: string, open: () => Promise<SharedHarness>): void => {
  describe(`the contract of a shared place, kept by ${name}`, () => {
    let place: SharedHarness;
    beforeAll(async () => {
      place = await open();
    });
    afterAll(() => place.close?.());

    it('admits a burst whoever asks, and refuses the next one everywhere', async () => {
      const [one, other] = place.clients;
      const answers = [];
      for (const client of [one, other, one, other, one])
        answers.push((await client.admit({ rate: rate('burst') })).allowed);
      expect(answers).toEqual([true, true, true, false, false]);
    });

    it('says how far the rate is spent, and when the same request would pass', async () => {
      const [one] = place.clients;
      const first = await one.admit({ rate: rate('words') });
      expect(first).toEqual({ allowed: true, aheadUs: 20 * second });
      await one.admit({ rate: rate('words') });
      await one.admit({ rate: rate('words') });
      const refused = await one.admit({ rate: rate('words') });
      expect(refused).toMatchObject({ allowed: false, by: 'rate' });
      if (refused.allowed || refused.by !== 'rate') throw new Error('it was refused by its rate');
      expect(refused.aheadUs).toBeGreaterThan(59 * second);
      expect(refused.aheadUs).toBeLessThanOrEqual(60 * second);
      expect(refused.retryAfterUs).toBeGreaterThan(19 * second);
      expect(refused.retryAfterUs).toBeLessThanOrEqual(20 * second);
    });

    it('admits again after the wait it names', async () => {
      const [one] = place.clients;
      const quick = rate('quick', { intervalUs: 50_000, burst: 1 });
      expect((await one.admit({ rate: quick })).allowed).toBe(true);
      const refused = await one.admit({ rate: quick });
      if (refused.allowed || refused.by !== 'rate') throw new Error('it was refused by its rate');
      await place.pass(Math.ceil(refused.retryAfterUs / 1000));
      expect((await one.admit({ rate: quick })).allowed).toBe(true);
    });

    it('takes the cost of a request, and the word of an instance that remembers more', async () => {
      const [one] = place.clients;
      expect((await one.admit({ rate: rate('costly', { cost: 2 }) })).allowed).toBe(true);
      expect((await one.admit({ rate: rate('costly', { cost: 2 }) })).allowed).toBe(false);
      expect((await one.admit({ rate: rate('costly') })).allowed).toBe(true);
      expect((await one.admit({ rate: rate('remembered', { aheadUs: 60 * second }) })).allowed).toBe(false);
      expect((await one.admit({ rate: rate('remembered') })).allowed).toBe(true);
    });

    it('leaves the end of a burst to those who may have all of it', async () => {
      const [one] = place.clients;
      const modest = rate('reserve', { burst: 2 });
      expect((await one.admit({ rate: modest })).allowed).toBe(true);
      expect((await one.admit({ rate: modest })).allowed).toBe(true);
      expect((await one.admit({ rate: modest })).allowed).toBe(false);
      expect((await one.admit({ rate: rate('reserve') })).allowed).toBe(true);
    });

    it('keeps keys apart', async () => {
      const [one] = place.clients;
      for (let index = 0; index < 3; index += 1) await one.admit({ rate: rate('a') });
      expect((await one.admit({ rate: rate('a') })).allowed).toBe(false);
      expect((await one.admit({ rate: rate('b') })).allowed).toBe(true);
    });

    it('holds as many slots as there are, counts one holder once, and takes slots back', async () => {
      const [one, other] = place.clients;
      expect((await one.admit({ slot: slot('s', 'x') })).allowed).toBe(true);
      expect((await other.admit({ slot: slot('s', 'y') })).allowed).toBe(true);
      expect((await other.admit({ slot: slot('s', 'y') })).allowed).toBe(true);
      expect(await one.admit({ slot: slot('s', 'z') })).toEqual({ allowed: false, by: 'slots', aheadUs: 0 });
      one.leave('s', 'x');
      // Told and not waited for; its own next question comes after it.
      expect((await one.admit({ slot: slot('s', 'z') })).allowed).toBe(true);
      one.leave('s', 'nobody');
      expect((await one.admit({ slot: slot('s', 'w') })).allowed).toBe(false);
    });

    it('frees the slots of those who never leave', async () => {
      const [one] = place.clients;
      await one.admit({ slot: slot('dead', 'x', { ttlMs: 40 }) });
      await one.admit({ slot: slot('dead', 'y', { ttlMs: 40 }) });
      expect((await one.admit({ slot: slot('dead', 'z') })).allowed).toBe(false);
      await place.pass(60);
      expect((await one.admit({ slot: slot('dead', 'z') })).allowed).toBe(true);
    });

    it('spends nothing of a rate when the slots are full, and takes no slot when the rate is spent', async () => {
      const [one] = place.clients;
      for (const holder of ['x', 'y']) await one.admit({ slot: slot('both', holder) });
      const full = await one.admit({ rate: rate('both'), slot: slot('both', 'z') });
      expect(full).toEqual({ allowed: false, by: 'slots', aheadUs: 0 });
      for (let index = 0; index < 3; index += 1) expect((await one.admit({ rate: rate('both') })).allowed).toBe(true);
      expect((await one.admit({ rate: rate('both'), slot: slot('free', 'x') })).allowed).toBe(false);
      for (const holder of ['y', 'z']) expect((await one.admit({ slot: slot('free', holder) })).allowed).toBe(true);
    });

    it('gives a lease to one owner, renews it for that one, and to another when it is over or released', async () => {
      const [one, other] = place.clients;
      expect(await one.lease('probe', 'a', 60_000)).toBe(true);
      expect(await other.lease('probe', 'b', 60_000)).toBe(false);
      expect(await one.lease('probe', 'a', 40)).toBe(true);
      await place.pass(60);
      expect(await other.lease('probe', 'b', 60_000)).toBe(true);
      other.release('probe', 'a');
      expect(await one.lease('probe', 'a', 60_000)).toBe(false);
      other.release('probe', 'b');
      // Two clients are two connections: the release arrives at once, though not in this one's order.
      await other.ping();
      expect(await one.lease('probe', 'a', 60_000)).toBe(true);
    });

    it('rejects while it is lost, knows nothing afterwards, and serves again', async () => {
      if (place.lose === undefined || place.restore === undefined) return;
      const [one, other] = place.clients;
      for (let index = 0; index < 3; index += 1) await one.admit({ rate: rate('lost') });
      await place.lose();
      for (const client of [one, other]) {
        await expect(Promise.resolve(client.admit({ rate: rate('lost') }))).rejects.toThrow();
        await expect(Promise.resolve(client.lease('lost', 'a', 1000))).rejects.toThrow();
        await expect(Promise.resolve(client.ping())).rejects.toThrow();
        expect(() => client.leave('lost', 'x')).not.toThrow();
        expect(() => client.release('lost', 'a')).not.toThrow();
      }
      await place.restore();
      expect((await one.admit({ rate: rate('lost') })).allowed).toBe(true);
      expect((await other.admit({ rate: rate('lost') })).allowed).toBe(true);
    });
  });
};
