/** Rotations of the master key: what was asked for, and how far it has come. */
import { leaseColumns } from '../leases.ts';

export const vaultRotations: readonly string[] = [
  `create table vault_rotations (
     id text primary key, key_id text not null, state text not null, reseal integer not null, walk integer not null,
     after_id text not null, seen integer not null, rewrapped integer not null, walk_rewrapped integer not null,
     unreadable integer not null, started_ms bigint not null, finished_ms bigint)`,
  ...leaseColumns('vault_rotations'),
];
