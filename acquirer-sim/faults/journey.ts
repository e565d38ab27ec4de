/**
 * One request's way through the rules that were drawn for it, and what is said of them at its end.
 *
 * A fault that nobody could see did not happen: what a rule said is not counted when a later one
 * loses the reply, and nothing on the wire is counted when the caller had gone.
 */
import type { Clock } from '../ports.ts';
import { replyOf } from '../reply-data.ts';
import { type Departure, departing, type Way } from './departure.ts';
import { type Incident, type Laid, nothing, type Parting, type Reach } from './kind.ts';
import type { Drawn, LiveRule } from './live-rule.ts';
import { type Reply, readReply } from './reply.ts';
import type { Asked, Subject } from './subject.ts';

export interface Course {
  readonly subject: Subject;
  readonly asked: Asked;
  readonly clock: Clock;
  readonly reach: Reach;
  readonly connection: 'new' | 'kept';
  lay(rule: LiveRule, over: Laid): void;
  /** The acquirer itself. */
  carryOut(asked: Asked): Promise<Response>;
}

/** Ways that a reply arrives by. */
const arrives = ({ how }: Way): boolean => how === 'whole' || how === 'drip' || how === 'twice';

class Journey {
  /** The simulator itself failed, or took the request back: no rule may dress that up. */
  simulators: Reply | null = null;
  delayMs = 0;
  decidedByFault = false;
  /** Rules to name in the header. */
  readonly named = new Set<LiveRule>();
  /** Rules to count once the reply has left. */
  readonly counted = new Set<LiveRule>();
}

const incidentOf = (course: Course, journey: Journey, rule: LiveRule, drawn: Drawn): Incident => {
  const { subject, asked, clock, reach, connection } = course;
  const waited = (delayMs: number): void => {
    journey.delayMs += delayMs;
  };
  return {
    subject,
    asked,
    clock,
    reach,
    connection,
    draws: drawn.draws,
    sinceMs: drawn.sinceMs,
    memory: rule.memory,
    carryOut: async (other = asked) => readReply(await course.carryOut(other)),
    async delay(delayMs) {
      if (delayMs <= 0) return;
      waited(delayMs);
      await clock.sleep(delayMs);
    },
    waited,
    lay: (over) => course.lay(rule, over),
    happened() {
      rule.counts.injected += 1;
      journey.named.add(rule);
    },
    say(parting, reply, counts = true) {
      if (!arrives(parting.way)) return parting;
      journey.decidedByFault = true;
      journey.named.add(rule);
      if (counts) journey.counted.add(rule);
      return { reply, way: parting.way };
    },
    leave(parting, way) {
      if (!arrives(parting.way)) return parting;
      if (!arrives(way)) journey.counted.clear();
      journey.named.add(rule);
      journey.counted.add(rule);
      return { reply: parting.reply, way };
    },
  };
};

const headersOf = (reply: Reply | null, journey: Journey): Record<string, string> => {
  const headers: Record<string, string> = { ...reply?.headers };
  // The server knows the length of what it sends.
  delete headers['content-length'];
  if (journey.decidedByFault || reply === null) headers['breakwater-decided-by'] = 'fault';
  headers['breakwater-fault'] = [...journey.named].map(({ id }) => id).join(', ');
  if (journey.delayMs > 0) headers['breakwater-injected-delay-ms'] = String(Math.round(journey.delayMs));
  return headers;
};

/** The header of what is no acquirer's answer (`../app.ts`). */
const SIMULATORS = 'breakwater-simulator';

const noBody = new Uint8Array();

/** Status of a response that no caller ever sees: the reply was never made. */
const NEVER_SEEN = 503;

/** Takes a request through its rules; the first that was set stands nearest to the acquirer. */
export const travel = async (
  course: Course,
  rules: readonly { readonly rule: LiveRule; readonly drawn: Drawn }[],
): Promise<Response> => {
  const journey = new Journey();
  const acquirer = async (asked: Asked = course.asked): Promise<Parting> => {
    const reply = await readReply(await course.carryOut(asked));
    if (reply.headers[SIMULATORS] !== undefined) journey.simulators = reply;
    return { reply, way: nothing.way };
  };
  const whole = rules.reduce<(asked?: Asked) => Promise<Parting>>((next, { rule, drawn }) => {
    const incident = incidentOf(course, journey, rule, drawn);
    return () => rule.kind.inject(rule.rule.parameters, incident, next);
  }, acquirer);
  const { reply, way } = await whole();
  const untouched = journey.simulators ?? (journey.named.size === 0 ? reply : null);
  if (untouched !== null) {
    return replyOf(untouched.body, { status: untouched.status, headers: untouched.headers });
  }
  const departure: Departure = {
    way,
    left(happened) {
      if (happened) for (const rule of journey.counted) rule.counts.injected += 1;
      journey.counted.clear();
    },
  };
  return departing(
    replyOf(reply === null ? noBody : reply.body, {
      status: reply?.status ?? NEVER_SEEN,
      headers: headersOf(reply, journey),
    }),
    departure,
  );
};
