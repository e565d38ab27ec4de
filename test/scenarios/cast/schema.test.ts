import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Cast, memberIds, without } from '../../../scenarios/cast/schema.ts';

const small = {
  merchants: [
    { group: 'big', count: 2, operationsPerSecond: 0.5 },
    { group: 'small', count: 1, operationsPerSecond: 0.1 },
  ],
  abusers: [{ id: 'abuser-1', kind: 'declined-charges' as const, operationsPerSecond: 15 }],
};

const faults = (cast: unknown) =>
  Cast.safeParse(cast).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the cast of a scenario', () => {
  it('needs no more than names, counts and rates', () => {
    const cast = Cast.parse(small);
    expect(cast.merchants[0]?.followUps.captureAfterMs).toEqual({ median: 180_000, sigma: 0.8 });
    expect(cast.sdk).toEqual({ maxRetry: 3, baseMs: 2_000, capMs: 32_000, timeoutMs: 60_000 });
    expect(cast.abusers[0]).toMatchObject({ active: false, cards: ['4000000000080319'] });
  });

  it('counts its members out, abusers last', () => {
    expect(memberIds(Cast.parse(small))).toEqual(['big-1', 'big-2', 'small-1', 'abuser-1']);
  });

  it('keeps everybody else when members stay away', () => {
    const fewer = without(Cast.parse(small), ['big-1', 'abuser-1']);
    expect(memberIds(fewer)).toEqual(['big-2', 'small-1']);
    expect(memberIds(Cast.parse(fewer))).toEqual(['big-2', 'small-1']);
  });

  it('refuses to leave out a stranger', () => {
    expect(() => without(Cast.parse(small), ['big-3'])).toThrow('big-3 is not in the cast');
    expect(faults({ ...small, absent: ['big-3'] })).toEqual(['absent.0: big-3 is not in the cast']);
  });

  it('refuses two members of one name', () => {
    const abusers = [{ ...small.abusers[0], id: 'big-2' }];
    expect(faults({ ...small, abusers })).toEqual(['merchants: two members are called big-2']);
  });

  it('names an unknown key and an impossible value by their place', () => {
    const merchants = [{ ...small.merchants[0], refundShare: 0.1, storedCardShare: 1.5 }];
    expect(faults({ merchants })).toEqual([
      expect.stringMatching(/^merchants\.0\.storedCardShare: /),
      'merchants.0: Unrecognized key: "refundShare"',
    ]);
  });

  it('describes every field, for editors', () => {
    const undescribed: string[] = [];
    const walk = (schema: z.core.JSONSchema._JSONSchema | undefined, path: string): void => {
      if (typeof schema !== 'object') return;
      if (Array.isArray(schema.items)) throw new Error(`${path} is a tuple`);
      walk(schema.items, `${path}[]`);
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        const here = `${path}.${name}`;
        // The four brands explain themselves, as the two kinds of the mix do.
        const named = typeof field === 'object' && field.description !== undefined;
        if (!named && !/\.(brands|mix)\.[^.]+$/.test(here)) undescribed.push(here);
        walk(field, here);
      }
    };
    walk(z.toJSONSchema(Cast, { io: 'input' }), 'cast');
    expect(undescribed).toEqual([]);
  });
});
