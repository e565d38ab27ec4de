/** Ids and passwords that the acquirer hands out, drawn from the stream of the request they answer. */
import type { Random } from './ports.ts';

/** Every pair of digits of a radix, so that an id is put together from pairs. */
const pairsOf = (radix: number): readonly string[] =>
  Array.from({ length: radix * radix }, (_, index) => index.toString(radix).padStart(2, '0'));

const pairs = { 10: pairsOf(10), 16: pairsOf(16), 36: pairsOf(36) };

const drawn = (stream: Random, length: number, radix: 10 | 16 | 36): string => {
  const table = pairs[radix];
  const size = table.length;
  let text = '';
  while (text.length < length) {
    // Three pairs a draw: 36^6 is the largest power that stays within 32 bits of randomness.
    const value = stream.integer(0, size ** 3 - 1);
    text += table[value % size];
    text += table[Math.floor(value / size) % size];
    text += table[Math.floor(value / (size * size))];
  }
  return text.slice(0, length);
};

export const drawDigits = (stream: Random, length: number): string => drawn(stream, length, 10);
export const drawHex = (stream: Random, length: number): string => drawn(stream, length, 16);
/** Lower-case letters and digits. */
export const drawAlphanumeric = (stream: Random, length: number): string => drawn(stream, length, 36);

/**
 * An id that nobody has yet. Drawn from the request's own stream, so that it depends on what the
 * request is; when a draw is taken (the same request was sent again), the stream's next one is.
 */
export const drawFree = (draw: () => string, taken: (id: string) => boolean): string => {
  for (;;) {
    const id = draw();
    if (!taken(id)) return id;
  }
};
