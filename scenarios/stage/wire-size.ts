/** Bytes of a message as HTTP/1.1 would write it, head and body: what a bandwidth or a data limit counts. */

import type { Exchange } from './exchange.ts';

export const requestBytes = (exchange: Exchange): number => {
  let bytes = exchange.method.length + exchange.path.length + 13 + Buffer.byteLength(exchange.request.body ?? '');
  for (const name in exchange.request.headers)
    bytes += name.length + (exchange.request.headers[name] as string).length + 4;
  return bytes;
};

export const replyBytes = (exchange: Exchange): number => {
  let bytes = 19 + Buffer.byteLength(exchange.replyBody ?? '');
  exchange.replyHeaders?.forEach((value: string, name: string) => {
    bytes += name.length + value.length + 4;
  });
  return bytes;
};
