/** What operators are answered, for the API's document. */
import { z } from 'zod';
import { attemptKinds, FraudRules } from '../policy/fraud.ts';
import { decisions } from './attempt.ts';
import { listKinds } from './lists.ts';

const text = z.string().nullable();

export const FraudDecision = z.strictObject({
  id: z.string(),
  atMs: z.int(),
  merchant: z.string(),
  livemode: z.boolean().nullable(),
  kind: z.enum(attemptKinds),
  card: z.string().meta({ description: 'The fingerprint of the number.' }),
  address: text,
  email: text,
  amount: z.number(),
  object: text.meta({ description: 'The token (of the attempt, or that pays) or card.' }),
  decision: z.enum(decisions),
  note: text.meta({ description: 'Why it was not done: observed, verified, attempted, pending; or listed.' }),
  score: z.int(),
  rules: z.array(z.string()).meta({ description: 'Ids of the rules that held.' }),
  features: z.record(z.string(), z.number()),
  review: z.enum(['open', 'cleared', 'confirmed']).nullable(),
  reviewedMs: z.int().nullable(),
  reviewNote: text,
});

export const FraudDecisionList = z.strictObject({
  data: z.array(FraudDecision),
  lost: z.int().meta({ description: 'Decisions that there was no room to keep.' }),
});

export const FraudRulesState = z.strictObject({
  mode: z.enum(['off', 'observe', 'on']),
  from: z.enum(['policy', 'file', 'operator']),
  sinceMs: z.int(),
  refused: z
    .array(z.strictObject({ path: z.string(), reason: z.string() }))
    .meta({ description: 'What was wrong with the last rules that were not taken.' }),
  rules: FraudRules.unwrap(),
});

export const FraudListed = z.strictObject({
  id: z.string(),
  list: z.enum(['allow', 'deny']),
  kind: z.enum(listKinds),
  value: z.string(),
  reason: z.string(),
  createdMs: z.int(),
  untilMs: z.int().nullable(),
});

export const FraudLists = z.strictObject({ data: z.array(FraudListed) });

export const FraudListRemoved = z.strictObject({ id: z.string(), deleted: z.literal(true) });
