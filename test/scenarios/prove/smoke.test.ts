/**
 * Plays explored worlds in processes of a sick copy: the whole way of `breakwater prove`, for bugs that one world is
 * enough for.
 */
import { describe, expect, it } from 'vitest';
import { readBugs } from '../../../scenarios/prove/bugs.ts';
import { campaign } from '../../../scenarios/prove/campaign.ts';
import { matrixOf } from '../../../scenarios/prove/matrix.ts';

const seed = 2;
const names = ['hold-not-released-at-capture', 'refund-posted-less-a-fee'];

describe(`bugs planted into a copy of the sources (small world, seed ${seed})`, () => {
  it('are found by the checks that should, and nothing is found without them', async () => {
    const bugs = readBugs().filter(({ name }) => names.includes(name));
    const trials = await campaign({
      bugs,
      from: seed,
      finds: 1,
      seedsMax: 4,
      workers: 2,
      size: 'small',
      seedMsMax: 60_000,
    });
    const { findings } = matrixOf(trials);
    expect(findings.map(({ name, asExpected }) => ({ name, asExpected }))).toEqual(
      names.map((name) => ({ name, asExpected: true })),
    );
  });
});
