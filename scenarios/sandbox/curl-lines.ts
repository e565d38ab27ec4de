/** Three lines that work as they are, pasted into a shell: printed at the start, shown on the first page, run by a test. */
import type { worldView } from './api.ts';
import type { Addresses } from './ports.ts';

type View = ReturnType<typeof worldView>;

/** A charge at the gateway, an order at GMO-PG, and a world of one's own. */
export const curlLines = (addresses: Addresses, { keys, gmoPg }: View): readonly [string, string, string] => {
  const card = `-d 'card[number]=4242424242424242' -d 'card[exp_month]=12' -d 'card[exp_year]=2035' -d 'card[cvc]=123'`;
  const token = `$(curl -sS ${addresses.gateway}/v1/tokens -u ${keys.public}: ${card} | grep -o 'tok_[0-9a-z]*' | head -1)`;
  return [
    `curl -sS ${addresses.gateway}/v1/charges -u ${keys.secret}: -d amount=3500 -d currency=jpy -d card=${token}`,
    `curl -sS ${addresses.gmo}/payment/EntryTran.idPass -d ShopID=${gmoPg.shopId} -d ShopPass=${gmoPg.shopPass} -d OrderID=order-$(date +%s)-$$ -d JobCd=CAPTURE -d Amount=1200`,
    `curl -sS -X POST ${addresses.gateway}/sandbox/merchants`,
  ];
};
