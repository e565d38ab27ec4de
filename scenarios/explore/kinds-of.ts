/** The kinds of fault an event is about, as campaigns count them: `link.down`, `acquirer.latency`, `process.freeze`. */
import type { TimelineEntry } from '../play/timeline.ts';

type What = TimelineEntry['event']['what'];

const placeOf = (program: string): string =>
  program.startsWith('gateway-') ? 'gateway' : program === 'status-page' || program === 'store' ? program : 'upstream';

export const kindsOf = (what: What): readonly string[] => {
  switch (what.kind) {
    case 'link':
      return [`link.${what.toxic.type}`];
    case 'faults.set':
      return [...new Set(what.rules.map(({ kind }) => `acquirer.${kind}`))];
    case 'three-d-secure.faults':
      return [...new Set(what.rules.map(({ kind }) => `3ds.${kind}`))];
    case 'process':
      return what.action === 'resume' || what.action === 'restart' ? [] : [`${placeOf(what.program)}.${what.action}`];
    case 'crash':
      return [`${placeOf(what.program)}.crash`];
    case 'capacity':
      return [what.slowdown === undefined ? 'capacity.workers' : 'capacity.slowdown'];
    case 'flood':
    case 'cap':
    case 'rate':
    case 'shared-store':
    case 'wall-clock':
      return [what.kind];
    case 'traffic':
      return what.action === 'start' ? ['abuser'] : [];
    default:
      return [];
  }
};
