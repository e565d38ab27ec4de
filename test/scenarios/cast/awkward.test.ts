import { describe, expect, it } from 'vitest';
import { createAwkwardClient, drawWhims, noWhims, type Whims } from '../../../scenarios/cast/awkward.ts';
import type { Answer, Client, Post } from '../../../scenarios/cast/client.ts';
import { createRandom } from '../../../scenarios/stage/random.ts';

const call: Post = {
  path: '/v1/charges',
  authorization: 'Basic x',
  form: 'amount=100',
  key: 'k',
  maxRetry: 0,
  address: '10.0.0.1',
};
const answerOf = (status: number, outcome: string | null = null): Answer => ({
  status,
  decidedBy: 'gateway',
  acquirer: null,
  outcome,
  body: { id: 'ch_1' },
});
const calm: Whims = { ...noWhims, waitMs: 1_000 };

/** Answers in turn, and says what was asked. */
const clientOf = (...answers: readonly (Answer | null)[]) => {
  const posts: Post[] = [];
  const left = [...answers];
  const client: Client = {
    async post(post) {
      posts.push(post);
      return { answer: left.shift() ?? null, requests: 1 };
    },
    get: async () => null,
  };
  return { posts, awkward: createAwkwardClient(client, { sleep: async () => {} }) };
};

describe('a shop with awkward habits', () => {
  it('asks once when it has none', async () => {
    const { posts, awkward } = clientOf(answerOf(200));
    expect(await awkward.post(call, calm, () => {})).toEqual({ answer: answerOf(200), requests: 1 });
    expect(posts).toHaveLength(1);
  });

  it('sends what had no answer again under its key until there is one', async () => {
    const { posts, awkward } = clientOf(null, answerOf(500, 'unknown'), answerOf(200));
    const made = await awkward.post(call, { ...calm, repeatsLost: true }, () => {});
    expect(made).toEqual({ answer: answerOf(200), requests: 3 });
    expect(new Set(posts.map(({ key, form }) => `${key} ${form}`))).toEqual(new Set(['k amount=100']));
  });

  it('takes the answer of the one of two that was not told to wait', async () => {
    const { awkward } = clientOf(answerOf(200), answerOf(409));
    const made = await awkward.post(call, { ...calm, twiceAtOnce: true }, () => {});
    expect(made.answer?.status).toBe(200);
  });

  it('uses a key for something else only after its answer', async () => {
    const { posts, awkward } = clientOf(answerOf(200), answerOf(422));
    const made = await awkward.post(call, { ...calm, reusesKey: true }, () => {}, 'amount=101');
    expect(made.answer?.status).toBe(200);
    expect(posts.map(({ key, form }) => [key, form])).toEqual([
      ['k', 'amount=100'],
      ['k', 'amount=101'],
    ]);
  });

  it('tells of every answer to what it asked, and of none to the other', async () => {
    const { awkward } = clientOf(answerOf(200), answerOf(200), answerOf(422));
    const heard: number[] = [];
    const whims = { ...calm, onceMore: true, reusesKey: true };
    await awkward.post(call, whims, ({ status }) => heard.push(status), 'amount=101');
    expect(heard).toEqual([200, 200]);
  });
});

describe('what a shop does with an intent (seed 7)', () => {
  it('is drawn from the intent and is nothing without habits', () => {
    const habits = {
      twiceAtOnce: 0.5,
      onceMore: 0.5,
      repeatsLost: 0.5,
      reusesKey: 0.5,
      refundsInParts: 0.5,
      finishesAnyway: 0.5,
      failsAuthentication: 0.5,
      emptyCards: 0.5,
      asksForOthers: 0.5,
      pointsInside: true,
    };
    const random = createRandom(7);
    expect(drawWhims(random, habits, 'shop-1', 3)).toEqual(drawWhims(createRandom(7), habits, 'shop-1', 3));
    expect(Object.values(drawWhims(random, undefined, 'shop-1', 3)).every((whim) => whim === false || whim === 0)).toBe(
      true,
    );
  });
});
