/**
 * A tiny gateway as a shop might write it in an afternoon: one acquirer, one request after the other,
 * no breaker, no second way, no memory of keys, no word to anybody. It is here to be scored badly.
 *
 *     PORT=4399 ACQUIRER=http://127.0.0.1:4341 node test/example-gateway/gateway.ts
 *
 * `POST /payments {key, amountYen, capture, card}` · `POST /payments/:id/capture|refund` · `GET /payments/:id`
 */
import { createServer, type IncomingMessage } from 'node:http';

const { PORT = '4399', ACQUIRER = 'http://127.0.0.1:4341' } = process.env;
const timeoutMs = 8000;

interface Payment {
  readonly id: string;
  status: 'held' | 'captured' | 'refunded' | 'failed';
  readonly handle: Readonly<Record<string, string>>;
}

const payments = new Map<string, Payment>();
let ordinal = 0;

/** One operation of the acquirer's protocol; throws when no good answer comes. */
const operate = async (operateId: string, fields: Readonly<Record<string, string>>): Promise<URLSearchParams> => {
  const now = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
  const reply = await fetch(`${ACQUIRER}/online/aut/OAUT002.do`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      OperateId: operateId,
      MerchantId: 'BREAKWATER01',
      MerchantPass: 'stagepass01',
      TenantId: '0001',
      TransactionDate: now,
      ...fields,
    }).toString(),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (reply.status !== 200) throw new Error(`status ${reply.status}`);
  return new URLSearchParams(await reply.text());
};

const pay = async ({ amountYen, capture, card }: Record<string, never> & PaymentRequest): Promise<[number, object]> => {
  ordinal += 1;
  const id = `p${process.pid}-${ordinal}`;
  const made = await operate(capture ? '1Gathering' : '1Auth', {
    MerchantFree1: id,
    CardNo: card.number,
    CardExp: `${String(card.expYear).slice(-2)}${String(card.expMonth).padStart(2, '0')}`,
    PayType: '01',
    Amount: String(amountYen),
    ...(capture
      ? { SalesDate: new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '') }
      : {}),
  });
  const ok = made.get('ResponseCd') === 'OK';
  const handle = {
    ProcessId: made.get('ProcessId') ?? '',
    ProcessPass: made.get('ProcessPass') ?? '',
    MerchantFree1: id,
  };
  payments.set(id, { id, status: ok ? (capture ? 'captured' : 'held') : 'failed', handle });
  return ok ? [200, { id, ok: true }] : [402, { id, ok: false, code: made.get('ResponseCd') }];
};

interface PaymentRequest {
  readonly amountYen: number;
  readonly capture: boolean;
  readonly card: { readonly number: string; readonly expMonth: number; readonly expYear: number };
}

const change = async (payment: Payment, what: string): Promise<[number, object]> => {
  const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
  const done =
    what === 'capture'
      ? await operate('1Capture', { ...payment.handle, SalesDate: today })
      : await operate('1Delete', payment.handle);
  const ok = done.get('ResponseCd') === 'OK';
  if (ok) payment.status = what === 'capture' ? 'captured' : 'refunded';
  return [ok ? 200 : 402, { id: payment.id, ok }];
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

const answer = async (request: IncomingMessage): Promise<[number, object]> => {
  const [, , id, what] = (request.url ?? '').split('/');
  if (id === undefined) return pay(JSON.parse(await bodyOf(request)));
  const payment = payments.get(id);
  if (payment === undefined) return [404, {}];
  return what === undefined ? [200, { id, status: payment.status }] : change(payment, what);
};

const server = createServer((request, response) => {
  void answer(request)
    // Whatever went wrong: it failed. That it may have been paid all the same is nobody's concern here.
    .catch((): [number, object] => [500, { ok: false }])
    .then(([status, body]) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
});
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${PORT}`));
