/** `breakwater nightly ROOM`: proofs that take too long for every commit. */
import path from 'node:path';
import { rooms } from '../nightly/rooms.ts';
import { UsageError } from './exit-status.ts';
import { requireWritable } from './files.ts';
import type { Shell } from './shell.ts';

export interface NightlyOptions {
  readonly seeds: number;
  readonly from: number;
  /** Folder of `<room>.json`. */
  readonly out: string;
  /** Blows of live-kills. */
  readonly kills?: number | undefined;
  /** Of notices: ids with commas between. */
  readonly days?: string | undefined;
}

/** Proves a room and says how the command ends. @throws UsageError | HarnessError */
export const nightly = async (shell: Shell, room: string, options: NightlyOptions): Promise<number> => {
  const { seeds, from, out, kills } = options;
  const days = options.days?.split(',').filter((id) => id !== '');
  const prove = Object.hasOwn(rooms, room) ? rooms[room] : undefined;
  if (prove === undefined) {
    const known = Object.keys(rooms).join(', ');
    throw new UsageError(`breakwater: no room ${JSON.stringify(room)}; nightly has ${known}`);
  }
  if (from + seeds - 1 > 0xffff_ffff) throw new UsageError('breakwater: --from and --seeds go beyond the last seed');
  if (kills !== undefined && room !== 'live-kills')
    throw new UsageError('breakwater: --kills is for the room live-kills alone');
  if (days !== undefined && room !== 'notices')
    throw new UsageError('breakwater: --days is for the room notices alone');
  if (days?.length === 0) throw new UsageError('breakwater: --days names none');
  requireWritable('--out', out, 'folder');
  return prove(shell, { seeds, from, file: path.join(out, `${room}.json`), kills, days });
};
