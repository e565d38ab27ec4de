/** Chance by name: a draw belongs to what is drawn, so that segments and repeats draw the same. */
import { settings } from './settings.ts';

const hash = (text: string): number => {
  let h = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) h = Math.imul(h ^ text.charCodeAt(index), 0x01000193);
  return h >>> 0;
};

export interface Draws {
  float(): number;
  integer(min: number, max: number): number;
}

/** mulberry32, started from the seed and the name. */
export const drawsOf = (name: string): Draws => {
  let state = hash(`${settings.seed}/${name}`);
  const float = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { float, integer: (min, max) => min + Math.floor(float() * (max - min + 1)) };
};
