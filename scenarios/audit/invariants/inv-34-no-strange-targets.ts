/**
 * The gateway connects to its acquirers, the directory server, its status page, and the addresses
 * that merchants gave, as long as those are public names: to no address of a private network, no
 * metadata service, and not to itself.
 */
import { createNotebook, type Invariant, second } from '../invariant.ts';

/** Addresses that no merchant's name may lead to, and names that mean this machine. */
const inside =
  /^(localhost|.*\.(local|internal|localhost)|0\.|10\.|127\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[?(::1?|f[cd][0-9a-f]{2}:|fe80:)|\d+$|0x)/i;

export const inv34: Invariant = {
  id: 'INV-34',
  title: 'no connection to an address inside',
  watch() {
    const { judged, violate, judgement } = createNotebook();
    return {
      passed(exchange, from, to) {
        if (from !== 'gateway' || (to !== 'receiver' && to !== 'other' && to !== 'gateway')) return;
        judged();
        if (to === 'gateway' || inside.test(exchange.to))
          violate({
            atMs: exchange.sentMs,
            objects: [exchange.to],
            text: `${exchange.from} connected to ${exchange.to}${exchange.path} at ${second(exchange.sentMs)}`,
          });
      },
      judge: judgement,
    };
  },
};
