/**
 * How often a name came up lately, in flat memory.
 *
 * A link must tell the second sending of a request from the first, or a retry would meet the same
 * loss for ever. It sees a hundred thousand names a run, so they are kept as their hashes in a
 * typed table, and forgotten after one to two generations of half an hour of simulated time.
 */

const generationUs = 30 * 60_000_000;

export class Repetitions {
  #recent = new CountTable();
  #older = new CountTable();
  #generationEndsUs = generationUs;

  /** Times this name was counted before; counts it. `high` and `low` are 32-bit words of its hash. */
  count(high: number, low: number, nowUs: number): number {
    if (nowUs >= this.#generationEndsUs) {
      this.#older = this.#recent;
      this.#recent = new CountTable();
      this.#generationEndsUs = nowUs + generationUs;
    }
    const recent = this.#recent.add(high, low, 0);
    if (recent > 0 || this.#older.isEmpty) return recent;
    const older = this.#older.get(high, low);
    if (older > 0) this.#recent.add(high, low, older - 1);
    return older;
  }
}

/** Open addressing with linear probing; three words an entry: high, low, times (0 marks a free one). */
class CountTable {
  #slots = new Int32Array(3 * 1024);
  #capacity = 1024;
  #used = 0;

  get isEmpty(): boolean {
    return this.#used === 0;
  }

  get(high: number, low: number): number {
    return this.#slots[this.#find(high, low) + 2] as number;
  }

  /** Adds 1 + `extra` and returns what it was before. */
  add(high: number, low: number, extra: number): number {
    const at = this.#find(high, low);
    const slots = this.#slots;
    const before = slots[at + 2] as number;
    if (before === 0) {
      slots[at] = high;
      slots[at + 1] = low;
      this.#used++;
    }
    slots[at + 2] = before + 1 + extra;
    if (before === 0 && this.#used * 2 > this.#capacity) this.#grow();
    return before;
  }

  #find(high: number, low: number): number {
    const slots = this.#slots;
    const mask = this.#capacity - 1;
    let index = high & mask;
    for (;;) {
      const at = 3 * index;
      if (slots[at + 2] === 0 || (slots[at] === high && slots[at + 1] === low)) return at;
      index = (index + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 4;
    this.#slots = new Int32Array(3 * this.#capacity);
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] === 0) continue;
      const to = this.#find(old[at] as number, old[at + 1] as number);
      this.#slots.set(old.subarray(at, at + 3), to);
    }
  }
}
