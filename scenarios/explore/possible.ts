/** What a campaign could cover at all: the denominators of its shares. */
import { faultKinds } from './draw/faults.ts';
import type { Flow } from './flows.ts';
import { flows } from './flows.ts';

const atAcquirers: readonly Flow[] = ['check', 'authorise', 'capture', 'refund', 'void', 'inquiry'];

/** Flows that a kind of fault can meet. A link's faults are drawn for every link there is. */
export const flowsOf = (kind: string): readonly Flow[] => {
  if (kind.startsWith('3ds.')) return ['three-d-secure'];
  if (kind.startsWith('acquirer.') || kind.startsWith('capacity.') || kind === 'cap' || kind === 'flood')
    return atAcquirers;
  if (kind.startsWith('status-page.')) return ['status'];
  if (kind === 'upstream.freeze') return [...atAcquirers, 'three-d-secure'];
  return flows;
};

export const kindNames: readonly string[] = faultKinds.map(({ name }) => name).sort();

/** `kind x flow`, whatever the phase. */
export const possibleMeetings: readonly string[] = kindNames.flatMap((kind) =>
  flowsOf(kind).map((flow) => `${kind} x ${flow}`),
);

export const possiblePairs: number = (kindNames.length * (kindNames.length - 1)) / 2;
