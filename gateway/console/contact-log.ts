/** The last words of acquirers' operators to us, in memory: what they mean is in the incidents. */
export interface ContactWord {
  readonly atMs: number;
  readonly acquirer: string;
  readonly kind: string;
  readonly message: string;
}

export interface ContactLog {
  heard(word: ContactWord): void;
  /** The newest first. */
  list(): readonly ContactWord[];
}

const keptMax = 50;
const messageMax = 1_000;

export const createContactLog = (): ContactLog => {
  const held: ContactWord[] = [];
  return {
    heard(word) {
      held.unshift({ ...word, message: word.message.slice(0, messageMax) });
      if (held.length > keptMax) held.length = keptMax;
    },
    list: () => held,
  };
};
