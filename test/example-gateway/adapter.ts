/** The tiny gateway's adapter: what a score card needs to know of it, as anybody would write it for theirs. */
import type { Payment, Standing, Told } from '../../scenarios/score/adapter.ts';

const url = process.env.EXAMPLE_GATEWAY ?? 'http://127.0.0.1:4399';

export const name = 'the example without protections';

const ask = async (path: string, body: unknown): Promise<Told> => {
  const reply = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { id = null } = (await reply.json()) as { id?: string };
  if (reply.status === 402) return { outcome: 'declined', id };
  return { outcome: reply.status === 200 ? 'succeeded' : 'failed', id };
};

export const create = (payment: Payment): Promise<Told> => ask('/payments', payment);
export const capture = (id: string, amountYen: number): Promise<Told> => ask(`/payments/${id}/capture`, { amountYen });
export const refund = (id: string, amountYen: number): Promise<Told> => ask(`/payments/${id}/refund`, { amountYen });
export const read = async (id: string): Promise<Standing> => {
  const reply = await fetch(`${url}/payments/${id}`);
  return (await reply.json()) as Standing;
};
