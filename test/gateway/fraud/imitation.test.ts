import { describe, expect, it } from 'vitest';
import { createImitation } from '../../../gateway/fraud/imitation.ts';
import { createRandom } from '../../../scenarios/stage/random.ts';

const seed = 7;

/** Kolmogorov-Smirnov: the greatest distance between two samples' distributions. */
const distance = (one: readonly number[], other: readonly number[]): number => {
  const at = (sample: readonly number[], value: number) =>
    sample.filter((each) => each <= value).length / sample.length;
  return Math.max(...[...one, ...other].map((value) => Math.abs(at(one, value) - at(other, value))));
};

const open = () => {
  let sleptMs = 0;
  const imitation = createImitation({
    clock: {
      sleep: async (ms) => {
        sleptMs = ms;
      },
    },
    random: createRandom(seed, 'imitation'),
    medianMs: 250,
    cardsMax: 1_000,
    plain: () => ({ reason: 'card_declined', code: 'G12' }),
  });
  return { imitation, slept: () => sleptMs };
};

describe(`a refusal of ours (seed ${seed})`, () => {
  it('takes as long as an issuer’s, and says what issuers say as often', async () => {
    const { imitation, slept } = open();
    const random = createRandom(seed, 'issuer');
    const drawn = () => 180 * Math.exp(0.4 * (random.float() + random.float() + random.float() - 1.5) * 2);
    for (let index = 0; index < 64; index += 1)
      imitation.saw(
        'escott',
        'check',
        `seen-${index}`,
        { reason: 'card_declined', code: index % 4 === 0 ? 'G12' : 'G61' },
        drawn(),
      );
    const ours: number[] = [];
    let common = 0;
    for (let index = 0; index < 400; index += 1) {
      const { code } = await imitation.refuse('escott', 'check', `new-${index}`, `tok-${index}`);
      ours.push(slept());
      if (code === 'G61') common += 1;
    }
    const theirs = Array.from({ length: 400 }, drawn);
    // 1.63 x sqrt(2 / 400) is the 1 % point; 64 remembered answers blur it a little.
    expect(distance(ours, theirs)).toBeLessThan(0.17);
    expect(common / 400).toBeGreaterThan(0.65);
    expect(common / 400).toBeLessThan(0.85);
    expect(new Set(ours.map((ms) => ms.toFixed(6))).size).toBeGreaterThan(390);
  });

  it('says to a card what was said to it before', async () => {
    const { imitation } = open();
    imitation.saw('gmo', 'authorise', 'card', { reason: 'expired_card', code: '42G830000' }, 200);
    for (let index = 0; index < 5; index += 1)
      expect(await imitation.refuse('gmo', 'authorise', 'card', `ch-${index}`)).toEqual({
        reason: 'expired_card',
        code: '42G830000',
      });
  });

  it('is the same for the same charge', async () => {
    const told = async () => {
      const { imitation, slept } = open();
      return [await imitation.refuse('gmo', 'authorise', 'card', 'ch-1'), slept()];
    };
    expect(await told()).toEqual(await told());
  });
});
