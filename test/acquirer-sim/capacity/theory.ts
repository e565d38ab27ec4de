/**
 * What queueing theory says about c workers behind one first-in-first-out queue with Poisson arrivals.
 * Times are in units of the mean service time; `load` is arrivals over capacity (utilisation below 1).
 *
 * - M/M/c: Erlang C (Erlang 1917). Mean wait = C / (c (1 - load)).
 * - M/D/c: exact, from the generating function of the number present (Crommelin, "Delay probability
 *   formulae when the holding times are constant", P.O.E.E.J. 25, 1932; derived below), checked in the tests
 *   against the stationary distribution itself and against Cosmetatos' approximation (Management Science
 *   22, 1976).
 * - M/M/c/K: birth and death. Poisson arrivals see time averages, so the lost share is the share of time
 *   during which the system is full.
 */

/** Share of arrivals that wait. */
export const erlangC = (servers: number, load: number): number => {
  const offered = servers * load;
  // Erlang B by its recursion, which loses no digits, then C from B.
  let blocked = 1;
  for (let n = 1; n <= servers; n += 1) blocked = (offered * blocked) / (n + offered * blocked);
  return blocked / (1 - load * (1 - blocked));
};

export const markovMeanWait = (servers: number, load: number): number =>
  erlangC(servers, load) / (servers * (1 - load));

/**
 * M/D/c. With constant service, who is in service now has left one service time later, and all others are
 * arrivals of that time: N(t + 1) = max(N(t) - c, 0) + Poisson(c load). So the generating function of N is
 * P(z) = Q(z) / (z^c e^(c load (1 - z)) - 1) with a polynomial Q of degree c whose zeros are 1 and the c - 1
 * zeros z_k of the denominator inside the unit circle. The logarithmic derivative at 1 gives
 * E[N] = sum of 1 / (1 - z_k) + 1 / (2 (1 - load)) - c (1 - load) / 2; for c = 1 this is Pollaczek-Khinchine.
 * Little's law turns E[N] - c load into the mean wait.
 *
 * z^c = e^(c load (z - 1)) means z = w e^(load (z - 1)) for a c-th root of unity w, a contraction on the disc.
 */
export const constantServiceMeanWait = (servers: number, load: number): number => {
  let present = 1 / (2 * (1 - load)) - (servers * (1 - load)) / 2;
  for (let k = 1; k < servers; k += 1) {
    const angle = (2 * Math.PI * k) / servers;
    let [re, im] = [0, 0];
    for (let step = 0; step < 2_000; step += 1) {
      const radius = Math.exp(load * (re - 1));
      const turned = angle + load * im;
      [re, im] = [radius * Math.cos(turned), radius * Math.sin(turned)];
    }
    // Real part of 1 / (1 - z): the zeros come in conjugate pairs.
    present += (1 - re) / ((1 - re) ** 2 + im ** 2);
  }
  return (present - servers * load) / (servers * load);
};

/** The same number the long way: the chain above, step by step until nothing moves. */
export const constantServiceMeanWaitByChain = (servers: number, load: number, statesMax: number): number => {
  const mean = servers * load;
  const arrivals: number[] = [];
  for (let n = 0, p = Math.exp(-mean); n === 0 || n < mean || p > 1e-18; n += 1, p *= mean / n) arrivals.push(p);
  let shares = new Float64Array(statesMax).fill(0);
  shares[0] = 1;
  for (let moved = 1; moved > 1e-14; ) {
    const next = new Float64Array(statesMax);
    for (const [n, share] of shares.entries()) {
      if (share < 1e-300) continue;
      const left = Math.max(0, n - servers);
      for (const [arrived, p] of arrivals.entries()) {
        const to = Math.min(statesMax - 1, left + arrived);
        next[to] = (next[to] as number) + share * p;
      }
    }
    moved = next.reduce((most, share, n) => Math.max(most, Math.abs(share - (shares[n] as number))), 0);
    shares = next;
  }
  const queued = shares.reduce((sum, share, n) => sum + Math.max(0, n - servers) * share, 0);
  return queued / mean;
};

/** Cosmetatos' approximation of M/D/c: a correction of half of M/M/c. */
export const cosmetatosMeanWait = (servers: number, load: number): number => {
  const correction = ((1 - load) * (servers - 1) * (Math.sqrt(4 + 5 * servers) - 2)) / (16 * servers * load);
  return (markovMeanWait(servers, load) / 2) * (1 + correction);
};

/** P(Erlang(stages, rate) > at) */
const erlangTail = (stages: number, rate: number, at: number): number => {
  let term = Math.exp(-rate * at);
  let sum = term;
  for (let n = 1; n < stages; n += 1) {
    term *= (rate * at) / n;
    sum += term;
  }
  return sum;
};

/** M/M/c with room for `queueMax` that wait, and callers who give up after `patience` but whose work stays. */
export interface Loss {
  /** Share of arrivals turned away by the full queue. */
  readonly turnedAway: number;
  /** Share of arrivals that are served, but later than their patience. */
  readonly late: number;
}

export const markovLoss = (servers: number, load: number, queueMax: number, patience: number): Loss => {
  const offered = servers * load;
  const weights: number[] = [1];
  for (let n = 1; n <= servers + queueMax; n += 1) {
    weights.push(((weights[n - 1] as number) * offered) / Math.min(n, servers));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let late = 0;
  for (const [present, weight] of weights.entries()) {
    if (present === servers + queueMax) continue;
    // Who finds n >= c waits for n - c + 1 departures at rate c, then is served at rate 1.
    const stages = Math.max(0, present - servers + 1);
    const tail =
      stages === 0
        ? Math.exp(-patience)
        : erlangTail(stages, servers, patience) +
          Math.exp(-patience) * (servers / (servers - 1)) ** stages * (1 - erlangTail(stages, servers - 1, patience));
    late += (weight / total) * tail;
  }
  return { turnedAway: (weights[servers + queueMax] as number) / total, late };
};
