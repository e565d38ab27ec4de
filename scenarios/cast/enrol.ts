/**
 * Before the day: every member becomes a merchant of the gateway, and its customers' cards are
 * registered through the same public API that buyers use.
 *
 * Members enrol in a few lanes, each one customer at a time: all at once would look like an
 * attack to the acquirer's operators before the day has begun.
 */
import { z } from 'zod';
import type { Clock, Fetch, Random } from '../../gateway/ports.ts';
import { serverAddress } from './addresses.ts';
import { type BuyerCard, brandOfNumber, drawCard, tokenForm } from './cards.ts';
import { type Answer, basicAuth, type Client, exchange } from './client.ts';
import type { Enrolled, Member } from './members.ts';

const lanes = 4;
/** Places that trust whoever reaches them: a cloud's metadata, the machine itself, its network, and the gateway among its neighbours. */
const inside = [
  'http://169.254.169.254/latest/meta-data/',
  'http://127.0.0.1:8080/admin/v1/merchants',
  'http://10.0.0.5/',
  'http://gateway:8080/admin/v1/merchants',
] as const;
/** Patience with 429 that no SDK has, because a day without customers is no day. */
const maxRetry = 8;

const Merchant = z.object({
  id: z.string(),
  keys: z.object({ live: z.object({ secret: z.string(), public: z.string() }) }),
});
const Token = z.object({ id: z.string() });
const Customer = z.object({ id: z.string(), default_card: z.string() });

export interface EnrolDeps {
  readonly client: Client;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly gatewayUrl: string;
  readonly receiversUrl: string;
  readonly adminToken: string;
  readonly timeoutMs: number;
}

/** Enrols all members; the result is in their order. Rejects, naming who, when one cannot be. */
export const enrolMembers = async (deps: EnrolDeps, members: readonly Member[]): Promise<Enrolled[]> => {
  const enrolled: Enrolled[] = [];
  const waiting = members.entries();
  const lane = async () => {
    for (const [index, member] of waiting) enrolled[index] = await enrolOne(deps, member);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return enrolled;
};

const enrolOne = async (deps: EnrolDeps, member: Member): Promise<Enrolled> => {
  const merchant = Merchant.parse(await createMerchant(deps, member));
  const publicAuth = basicAuth(merchant.keys.live.public);
  const secretAuth = basicAuth(merchant.keys.live.secret);
  const year = new Date(deps.clock.wallMs()).getUTCFullYear();
  const customers: Enrolled['customers'][number][] = [];
  for (let index = 0; index < member.habits.customers; index += 1) {
    const post = async (path: string, authorization: string, form: string) => {
      const key = `${member.id}-enrol-${index}${path.replace('/v1/', '-')}`;
      const address = serverAddress(member.id);
      const { answer } = await deps.client.post({ path, authorization, form, key, maxRetry, address });
      return bodyOf(answer, `${path} for customer ${index} of ${member.id}`);
    };
    const card = customersCard(deps.random, member, index);
    const token = Token.parse(await post('/v1/tokens', publicAuth, tokenForm(card, year)));
    const customer = Customer.parse(await post('/v1/customers', secretAuth, `card=${token.id}`));
    customers.push({ id: customer.id, cardId: customer.default_card, brand: brandOfNumber(card.number) });
  }
  if (member.habits.awkward?.pointsInside === true) await pointInside(deps, member, merchant.id);
  return { ...member, merchantId: merchant.id, publicAuth, secretAuth, customers };
};

const createMerchant = async (deps: EnrolDeps, { id, habits }: Member) => {
  const merchant = {
    id,
    name: id,
    noticeUrl: `${deps.receiversUrl}/${id}/notices`,
    webhookUrl: habits.webhooks ? `${deps.receiversUrl}/${id}/webhooks` : null,
  };
  return bodyOf(await askOperators(deps, '/admin/v1/merchants', merchant, `${id}-enrol`), `merchant ${id}`);
};

/** Whether it is refused is the gateway's to say; what an address that was accepted leads to, the auditor's to see. */
const pointInside = async (deps: EnrolDeps, { id }: Member, merchantId: string): Promise<void> => {
  for (const [index, url] of inside.entries())
    await askOperators(
      deps,
      `/admin/v1/merchants/${merchantId}/webhooks`,
      { url, mode: 'live' },
      `${id}-enrol-inside-${index}`,
    );
};

const askOperators = (deps: EnrolDeps, path: string, body: object, drawKey: string): Promise<Answer | null> =>
  exchange(deps.fetch, deps.gatewayUrl + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${deps.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    timeoutMs: deps.timeoutMs,
    drawKey,
  });

const customersCard = (random: Random, member: Member, index: number): BuyerCard => {
  const card = drawCard(random.fork(`${member.id}/customer/${index}`), member.habits.brands);
  const fixed = member.fixedCards?.[index % member.fixedCards.length];
  return fixed === undefined ? card : { ...card, number: fixed };
};

const bodyOf = (answer: Answer | null, what: string) => {
  // Creating a merchant is our own interface, where 201 is as good.
  if ((answer?.status === 200 || answer?.status === 201) && answer.body !== null) return answer.body;
  throw new Error(
    `enrolment: ${what} was answered ${answer === null ? 'by nobody' : `${answer.status} ${JSON.stringify(answer.body)}`}`,
  );
};
