/** Draws for 10^9 outcomes a run: xoshiro128** in four integers, seeded by splitmix32. */
export interface Draws {
  /** Uniform in [0, 1). */
  float(): number;
  exponential(mean: number): number;
}

export const createDraws = (seed: number): Draws => {
  let mixed = seed | 0;
  const split = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed ^ (mixed >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  let [a, b, c, d] = [split(), split(), split(), split()];
  const next = (): number => {
    const times5 = Math.imul(b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
  const float = (): number => next() / 4_294_967_296;
  return { float, exponential: (mean) => -Math.log(1 - float()) * mean };
};
