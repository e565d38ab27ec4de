/**
 * The catalogue of event kinds. A new kind is its own file and one line here.
 */
import { z } from 'zod';
import type { EventKind } from '../event-kind.ts';
import { cap } from './cap.ts';
import { capacity } from './capacity.ts';
import { crash } from './crash.ts';
import { faultsClear } from './faults-clear.ts';
import { faultsSet } from './faults-set.ts';
import { flood } from './flood.ts';
import { humanNotice } from './human-notice.ts';
import { lift } from './lift.ts';
import { link } from './link.ts';
import { maintenance } from './maintenance.ts';
import { outage } from './outage.ts';
import { pauseMerchant } from './pause-merchant.ts';
import { process } from './process.ts';
import { rate } from './rate.ts';
import { resumeMerchant } from './resume-merchant.ts';
import { sharedStore } from './shared-store.ts';
import { threeDSecureFaults } from './three-d-secure-faults.ts';
import { traffic } from './traffic.ts';
import { wallClock } from './wall-clock.ts';

const kinds = {
  flood,
  traffic,
  capacity,
  cap,
  lift,
  link,
  'faults.set': faultsSet,
  'faults.clear': faultsClear,
  'three-d-secure.faults': threeDSecureFaults,
  process,
  crash,
  'wall-clock': wallClock,
  outage,
  maintenance,
  'pause-merchant': pauseMerchant,
  'resume-merchant': resumeMerchant,
  rate,
  'shared-store': sharedStore,
  'human-notice': humanNotice,
};

type Kinds = typeof kinds;
type Schemas = Kinds[keyof Kinds]['schema'];

/** What an event does, told apart by `kind`. */
export type What = z.infer<Schemas>;
export const What = z.discriminatedUnion(
  'kind',
  Object.values(kinds).map((kind) => kind.schema) as unknown as [Schemas, ...Schemas[]],
);

/** The kind of an event. Its functions take this very event's settings. */
export const kindOf = (what: What): EventKind<z.ZodObject> =>
  // Each kind's functions accept exactly what its own schema admits, and `what` came through it.
  kinds[what.kind] as unknown as EventKind<z.ZodObject>;
