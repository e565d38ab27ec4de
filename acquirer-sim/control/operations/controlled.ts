/** What the control API may look into and change. */
import type { Station } from '../../capacity/station.ts';
import type { Disputes } from '../../disputes/disputes.ts';
import type { Faults } from '../../faults/faults.ts';
import type { Injections } from '../../injections/engine.ts';
import type { Levels } from '../../injections/levels.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Operators } from '../../operators/office.ts';
import type { Clock } from '../../ports.ts';
import type { Background } from '../../tenants/background.ts';
import type { Tenants } from '../../tenants/tenant.ts';
import type { Changes } from '../changes.ts';
import type { Snapshots } from '../snapshot.ts';

export interface Controlled {
  readonly acquirer: string;
  readonly clock: Clock;
  /** Moves the clock; only a sandbox has one. Resolves once everything that fell due has run, in order. */
  readonly clockControl?: { advance(ms: number): Promise<void> } | undefined;
  readonly station: Station;
  readonly tenants: Tenants;
  readonly background: Background;
  readonly levels: Levels;
  readonly injections: Injections;
  readonly faults: Pick<Faults, 'list' | 'remove'>;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly operators: Operators;
  readonly disputes: Disputes;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  /** Forgets everything, or what is one tenant's, and goes back to the configuration. */
  readonly reset: (tenant: string | null) => void;
}
