/** How often each kind of fault really happened, from those who know: the links, the acquirers' rules, the timeline. */
import { threeDSecureProgram } from '../play/world.ts';
import { acquirerHost, urlOf } from '../theatre/credentials.ts';
import { enrolMs, type StagedDay } from '../theatre/day.ts';
import { callJson } from '../theatre/director.ts';
import { kindsOf } from './kinds-of.ts';

/** Rules that ended by themselves stay listed, so worlds end theirs by `ttlMs`. */
interface Listed {
  readonly rules?: readonly Counted[];
  readonly rows?: readonly Counted[];
}
interface Counted {
  readonly kind?: string;
  readonly rule?: { readonly kind: string };
  readonly injected?: number;
  readonly counts?: { readonly injected: number };
}

const readMs = 60_000;

export const faultsOfRun = async (day: StagedDay): Promise<Record<string, number>> => {
  const happened: Record<string, number> = {};
  const add = (kind: string, times: number): void => {
    if (times > 0) happened[kind] = (happened[kind] ?? 0) + times;
  };
  for (const { toxic, injected } of day.stage.network.faults())
    add(`link.${toxic.replace(/_(up|down)stream$/, '')}`, injected);
  const listed: (readonly [prefix: string, path: string])[] = [];
  for (const { event } of day.entries) {
    const { what } = event;
    if (what.kind === 'faults.set') listed.push(['acquirer', `${urlOf(acquirerHost(what.acquirer))}/sim/v1/faults`]);
    else if (what.kind === 'three-d-secure.faults')
      listed.push(['3ds', `${urlOf(acquirerHost(threeDSecureProgram))}/sim/v1/three-d-secure/faults`]);
    else if (what.kind !== 'link') for (const kind of kindsOf(what)) add(kind, 1);
  }
  const asked = new Map(listed.map(([prefix, url]) => [url, prefix]));
  if (asked.size === 0) return happened;
  const { fetch } = day.stage.castMember('faults', 'theatre');
  day.stage.spawnTask('faults', async () => {
    for (const [url, prefix] of asked) {
      const { rules, rows } = (await callJson(fetch, 'GET', url, null)) as Listed;
      for (const one of rules ?? rows ?? [])
        add(`${prefix}.${one.kind ?? one.rule?.kind}`, one.injected ?? one.counts?.injected ?? 0);
    }
    day.stage.stop();
  });
  await day.runUntil(day.stage.nowMs() - enrolMs + readMs);
  return happened;
};
