import { describe, expect, it } from 'vitest';
import type { Enrolled } from '../../../scenarios/cast/members.ts';
import { createStrangers } from '../../../scenarios/cast/strangers.ts';
import { openDay, plainCreates } from './day.ts';

const seed = 5;
const enrolled = (id: string) => ({ id, secretAuth: `key of ${id}` }) as Enrolled;

describe('a merchant who asks for what is not theirs', () => {
  it('asks for the last charge of somebody else, with its own key', async () => {
    const asked: string[] = [];
    const strangers = createStrangers({
      async get(path, authorization, drawKey) {
        asked.push(`${path}, ${authorization}, ${drawKey}`);
        return null;
      },
    });
    await strangers.ask(enrolled('one'), 1);
    strangers.heard('one', 'ch_1');
    await strangers.ask(enrolled('one'), 2);
    strangers.heard('two', 'ch_2');
    strangers.heard('two', 'ch_3');
    await strangers.ask(enrolled('one'), 3);
    await strangers.ask(enrolled('two'), 1);
    await strangers.ask(enrolled('three'), 1);
    expect(asked).toEqual([
      '/v1/charges/ch_3, key of one, one-3-stranger',
      '/v1/charges/ch_1, key of two, two-1-stranger',
      '/v1/charges/ch_3, key of three, three-1-stranger',
    ]);
  });
});

describe(`a day with such merchants (seed ${seed})`, () => {
  const play = async (asksForOthers: number) => {
    const day = await openDay(
      { merchants: [{ group: 'big', count: 2, operationsPerSecond: 1, ...plainCreates, awkward: { asksForOthers } }] },
      { seed, untilMs: 60_000 },
    );
    day.gateway.script(({ method }) => (method === 'GET' ? { status: 404, body: { error: {} } } : undefined));
    await day.clock.advance(120_000);
    return day;
  };

  it('has the same operations as one without, and the same ends', async () => {
    const [calm, nosy] = [await play(0), await play(0.5)];
    expect(nosy.operations).toEqual(calm.operations);
    expect(nosy.cast.toldCharges()).toEqual(calm.cast.toldCharges());
    const looks = ({ gateway }: typeof calm) => gateway.seen.filter(({ path }) => path.startsWith('/v1/charges/'));
    expect(looks(calm)).toEqual([]);
    expect(looks(nosy).length).toBeGreaterThan(30);
  });
});
