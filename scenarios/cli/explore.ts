/** `breakwater explore`: a campaign of random bad days. */
import { explore as campaign, type ExploreOptions } from '../explore/explore.ts';
import { UsageError } from './exit-status.ts';
import type { Shell } from './shell.ts';

export interface ExploreCommand extends Omit<ExploreOptions, 'shard'> {
  /** `i/n`, as typed. */
  readonly shard: string;
}

/** @throws UsageError */
const shardOf = (text: string): ExploreOptions['shard'] => {
  const [, index = '', of = ''] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index < 1 || shard.index > shard.of)
    throw new UsageError(`breakwater: --shard ${text}: say i/n, i from 1 to n`);
  return shard;
};

/** Says how the command ends. @throws UsageError | HarnessError */
export const explore = (shell: Shell, { shard, ...options }: ExploreCommand): Promise<number> =>
  campaign(shell, { ...options, shard: shardOf(shard) });
