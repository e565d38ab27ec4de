/**
 * Every exchange of the run in twenty-odd bytes, so that the life of any payment can be drawn when
 * something is wrong with it, and nobody pays for the others.
 *
 * Columns of numbers, grown in blocks; texts are interned. A payment is found by walking them,
 * which happens for violations only.
 */
import type { Arrow, Diagram } from './diagram.ts';

const block = 16_384;

interface Block {
  readonly sentMs: Float64Array;
  readonly endedMs: Float64Array;
  /** 32-bit names of what it is about. */
  readonly names: readonly [Int32Array, Int32Array];
  /** Interned: from, to, what was asked, what came back. */
  readonly texts: readonly [Uint16Array, Uint16Array, Uint16Array, Uint16Array];
  /** 0 answered, 1 lost, 2 not sent. */
  readonly outcomes: Uint8Array;
}

const createBlock = (): Block => ({
  sentMs: new Float64Array(block),
  endedMs: new Float64Array(block),
  names: [new Int32Array(block), new Int32Array(block)],
  texts: [new Uint16Array(block), new Uint16Array(block), new Uint16Array(block), new Uint16Array(block)],
  outcomes: new Uint8Array(block),
});

/** FNV-1a. Two payments that share a name would share a diagram: with names from chains of ids it is one in thousands. */
export const nameOf = (text: string): number => {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value | 0;
};

export interface JournalEntry {
  readonly from: string;
  readonly to: string;
  readonly asked: string;
  readonly answer: string;
  readonly sentMs: number;
  readonly endedMs: number;
  readonly outcome: 'answered' | 'lost' | 'not-sent';
  /** Up to two: charge and idempotency key, or reference and handle. Empty: nothing. */
  readonly names: readonly [string, string];
}

const outcomes = ['answered', 'lost', 'not-sent'] as const;
/** 60 blocks are a million exchanges and 34 MB: what came first is then forgotten block by block. */
const blocksMax = 60;
/** A payment has a dozen exchanges; a diagram of more is read by nobody. */
const arrowsMax = 40;

export type Journal = ReturnType<typeof createJournal>;

export const createJournal = () => {
  const texts: string[] = [];
  const ids = new Map<string, number>();
  const blocks: Block[] = [];
  let used = block;
  let forgotten = 0;

  const intern = (text: string): number => {
    const known = ids.get(text);
    if (known !== undefined) return known;
    // Words of the wire are few; should they not be, they are told apart no longer.
    if (texts.length >= 65_000) return 0;
    texts.push(text);
    ids.set(text, texts.length - 1);
    return texts.length - 1;
  };
  intern('...');

  const each = (visit: (rows: Block, row: number) => void): void => {
    for (const [index, rows] of blocks.entries()) {
      const end = index === blocks.length - 1 ? used : block;
      for (let row = 0; row < end; row += 1) visit(rows, row);
    }
  };

  return {
    add({ from, to, asked, answer, sentMs, endedMs, outcome, names }: JournalEntry): void {
      if (used === block) {
        if (blocks.length === blocksMax) {
          blocks.shift();
          forgotten += block;
        }
        blocks.push(createBlock());
        used = 0;
      }
      const rows = blocks[blocks.length - 1]!;
      const row = used;
      used += 1;
      rows.sentMs[row] = sentMs;
      rows.endedMs[row] = endedMs;
      rows.names[0][row] = names[0] === '' ? 0 : nameOf(names[0]);
      rows.names[1][row] = names[1] === '' ? 0 : nameOf(names[1]);
      rows.texts[0][row] = intern(from);
      rows.texts[1][row] = intern(to);
      rows.texts[2][row] = intern(asked);
      rows.texts[3][row] = intern(answer);
      rows.outcomes[row] = outcomes.indexOf(outcome);
    },

    /** What passed about a payment, in order of time. `names`: its charge, key, references; handles are found by them. */
    diagram(title: string, names: Iterable<string>): Diagram {
      const wanted = new Set<number>();
      for (const name of names) wanted.add(nameOf(name));
      // A capture names the acquirer's handle, which the authorisation's answer told.
      const handles = new Set(wanted);
      each((rows, row) => {
        const [first, second] = [rows.names[0][row]!, rows.names[1][row]!];
        if (second !== 0 && first !== 0 && wanted.has(first)) handles.add(second);
      });
      const arrows: Arrow[] = [];
      each((rows, row) => {
        const [first, second] = [rows.names[0][row]!, rows.names[1][row]!];
        if (!(first !== 0 && handles.has(first)) && !(second !== 0 && handles.has(second))) return;
        const text = (column: 0 | 1 | 2 | 3): string => texts[rows.texts[column][row]!]!;
        arrows.push({
          from: text(0),
          to: text(1),
          asked: text(2),
          answer: text(3),
          sentMs: rows.sentMs[row]!,
          endedMs: rows.endedMs[row]!,
          outcome: outcomes[rows.outcomes[row] as 0 | 1 | 2],
        });
      });
      arrows.sort((one, other) => one.sentMs - other.sentMs || other.endedMs - one.endedMs);
      const dropped = Math.max(0, arrows.length - arrowsMax);
      return { title, arrows: arrows.slice(0, arrowsMax), dropped };
    },

    size: (): number => forgotten + (blocks.length === 0 ? 0 : (blocks.length - 1) * block + used),
  };
};
