/** Ids and passwords that the acquirer hands out, drawn from the stream of the request they answer. */
import type { Random } from './ports.ts';

const drawn = (stream: Random, length: number, radix: 10 | 16 | 36): string => {
  // Six digits a draw: 36^6 is the largest power that stays within 32 bits of randomness.
  let text = '';
  while (text.length < length) {
    text += stream
      .integer(0, radix ** 6 - 1)
      .toString(radix)
      .padStart(6, '0');
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
