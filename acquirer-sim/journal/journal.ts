/**
 * The journal of requests: bounded memory, and a shelf for each tenant.
 *
 * Entries are forgotten from the tenant that has most of them, so a flood from one does not drive
 * out what another one's test is about to ask for.
 */
import type { Entry } from './entry.ts';
import { maskText } from './mask.ts';

export interface JournalLimits {
  /** 0 = nothing is kept. */
  readonly entriesMax: number;
  readonly bytesMax: number;
}

export interface Journal {
  /** Whether anything is kept at all: off costs nothing. */
  readonly on: boolean;
  /** The answer as it was given: it is masked before anybody sees it. The fields come masked. */
  note(entry: Omit<Entry, 'seq'>): void;
  /** In order of sequence. With a tenant: its entries alone. */
  entries(tenant?: string): readonly Entry[];
  /** How many entries are no longer kept: of a tenant, or of all. */
  forgotten(tenant?: string): number;
  readonly size: { readonly entries: number; readonly bytes: number };
  /** Empties a tenant's shelf, or all; counts of what is forgotten begin anew. */
  reset(tenant: string | null): void;
}

interface Kept {
  readonly entry: Entry;
  readonly bytes: number;
  /** Answers are masked when somebody looks for the first time: most are never looked at. */
  isMasked: boolean;
}

interface Shelf {
  entries: Kept[];
  /** Index of the oldest that is kept: a shift for each would move the whole array. */
  head: number;
  forgotten: number;
}

/** Characters are counted as bytes, and each entry has a fixed part. */
const sizeOf = (entry: Omit<Entry, 'seq'>): number => {
  let bytes = 300 + entry.answer.length + entry.path.length;
  for (const [name, value] of Object.entries(entry.fields)) bytes += name.length + value.length;
  return bytes;
};

/** Requests that name no tenant share a shelf. */
const NOBODY = '';

export const createJournal = ({ entriesMax, bytesMax }: JournalLimits): Journal => {
  const shelves = new Map<string, Shelf>();
  let seq = 0;
  let entries = 0;
  let bytes = 0;

  const shelfOf = (tenant: string): Shelf => {
    let shelf = shelves.get(tenant);
    if (shelf === undefined) {
      shelf = { entries: [], head: 0, forgotten: 0 };
      shelves.set(tenant, shelf);
    }
    return shelf;
  };

  const fullest = (): Shelf | undefined => {
    let most: Shelf | undefined;
    for (const shelf of shelves.values()) {
      if (most === undefined || shelf.entries.length - shelf.head > most.entries.length - most.head) most = shelf;
    }
    return most;
  };

  const forgetOne = (): void => {
    const shelf = fullest();
    const oldest = shelf?.entries[shelf.head];
    if (shelf === undefined || oldest === undefined) return;
    shelf.head += 1;
    shelf.forgotten += 1;
    entries -= 1;
    bytes -= oldest.bytes;
    if (shelf.head >= 1_024) {
      shelf.entries = shelf.entries.slice(shelf.head);
      shelf.head = 0;
    }
  };

  const kept = (shelf: Shelf) => shelf.entries.slice(shelf.head);
  const shown = (one: Kept): Entry => {
    if (!one.isMasked) {
      one.entry.answer = maskText(one.entry.answer);
      one.isMasked = true;
    }
    return one.entry;
  };

  return {
    on: entriesMax > 0 && bytesMax > 0,
    note(entry) {
      seq += 1;
      const size = sizeOf(entry);
      shelfOf(entry.tenant ?? NOBODY).entries.push({ entry: { seq, ...entry }, bytes: size, isMasked: false });
      entries += 1;
      bytes += size;
      while (entries > entriesMax || bytes > bytesMax) forgetOne();
    },
    entries(tenant) {
      if (tenant !== undefined) {
        const shelf = shelves.get(tenant);
        return shelf === undefined ? [] : kept(shelf).map(shown);
      }
      return [...shelves.values()]
        .flatMap(kept)
        .sort((a, b) => a.entry.seq - b.entry.seq)
        .map(shown);
    },
    forgotten: (tenant) =>
      tenant === undefined
        ? [...shelves.values()].reduce((sum, shelf) => sum + shelf.forgotten, 0)
        : (shelves.get(tenant)?.forgotten ?? 0),
    get size() {
      return { entries, bytes };
    },
    reset(tenant) {
      for (const [id, shelf] of shelves) {
        if (tenant !== null && id !== tenant) continue;
        for (const entry of kept(shelf)) {
          entries -= 1;
          bytes -= entry.bytes;
        }
        shelves.delete(id);
      }
    },
  };
};
