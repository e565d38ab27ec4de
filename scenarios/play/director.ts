/**
 * What a timeline may do to a stage. Both stages implement it; events know nothing else.
 *
 * Everything goes through the doors that people and programs have on the day: the simulator's
 * control API, the gateway's and the status page's administration, the network between programs,
 * and the processes themselves. Nobody can set how many payments fail: faults (`faults.set`) are
 * what an acquirer does wrong, by rule, and what comes of it is for the programs to show.
 */
import type { Toxic } from './toxic.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type ProcessAction = 'kill' | 'freeze' | 'resume' | 'restart';

export interface Director {
  /** Calls `/sim/v1/<path>` of one acquirer. Rejects when it answers anything but 2xx. */
  control(acquirer: string, method: Method, path: string, body?: unknown): Promise<unknown>;
  /** Starts or stops the traffic of one cast member. */
  traffic(member: string, action: 'start' | 'stop'): Promise<void>;
  /** Makes a member send this many times its own rate; 1 is its habit. */
  pace(member: string, times: number): Promise<void>;
  /** Takes the store away that gateway instances share, with all it knows, or brings it back empty. */
  sharedStore(action: 'lost' | 'back'): Promise<void>;
  /** Puts a fault on a link, e.g. `gateway->escott`; null takes every fault off it. */
  toxic(link: string, toxic: Toxic | null): Promise<void>;
  process(program: string, action: ProcessAction): Promise<void>;
  /**
   * Lets a program die at the so-manieth of its effects from now on (a store unit, a commit, a request, an answer) and
   * starts it again later. Null withdraws a death that has not come. Absent: this stage has no such hand.
   */
  crash?(program: string, death: { readonly points: number; readonly restartAfterMs: number } | null): Promise<void>;
  /** Sets a program's wall clock so far ahead; 0 puts it right. Absent: this stage cannot. */
  wallClock?(program: string, shiftMs: number): Promise<void>;
  /** Calls `/admin/v1/<path>` of the gateway as its operator. Rejects when it answers anything but 2xx. */
  gatewayAdmin(method: Method, path: string, body?: unknown): Promise<unknown>;
  /** Calls `/admin/v1/<path>` of the status page as its operator. Rejects when it answers anything but 2xx. */
  statusPageAdmin(method: Method, path: string, body?: unknown): Promise<unknown>;
  /** Calls `act` once at `atMs` milliseconds after the scenario's start. A rejection fails the run. */
  schedule(atMs: number, act: () => void | Promise<void>): void;
}
