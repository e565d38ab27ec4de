import { describe, expect, it } from 'vitest';
import {
  advance,
  type BreakerEvent,
  type BreakerState,
  breakerRules,
  dueUs,
  neverOpened,
  shareOf,
} from '../../../gateway/breaker/breaker.ts';
import { breakerPolicy } from './rules.ts';

const rules = breakerRules(breakerPolicy());
const second = 1_000_000;
const tripped = (atS: number): BreakerEvent => ({ type: 'tripped', atUs: atS * second });
const probed = (atS: number, goodInRow: number): BreakerEvent => ({ type: 'probed', goodInRow, atUs: atS * second });
const timed = (atS: number): BreakerEvent => ({ type: 'timed', atUs: atS * second });

const play = (events: readonly BreakerEvent[], from: BreakerState = neverOpened): BreakerState =>
  events.reduce((state, event) => advance(state, event, rules), from);

/** Opens and comes back to closed: open at 0 s, ramp at 10 s, closed at 30 s. */
const roundTrip = [tripped(0), probed(10, 5), timed(15), timed(20), timed(25), timed(30)];

describe('one breaker', () => {
  it('opens when tripped and starts its ramp at the fifth good probe in a row', () => {
    const open = play([tripped(0), probed(5, 1), probed(6, 4)]);
    expect(open).toMatchObject({ status: 'open', goodProbes: 4, openings: 1 });
    expect(shareOf(open, rules)).toBe(0);
    expect(advance(open, probed(7, 5), rules).status).toBe('ramp');
    expect(advance(open, probed(7, 0), rules)).toMatchObject({ status: 'open', goodProbes: 0 });
  });

  it('holds a restriction for a minute, and two after it came back, whatever the probes say', () => {
    const restricted = (atS: number): BreakerEvent => ({ type: 'tripped', atUs: atS * second, restricted: true });
    const open = play([restricted(0), probed(5, 5)]);
    expect(open.status).toBe('open');
    expect(dueUs(open, rules)).toBe(60 * second);
    const ramp = advance(open, timed(60), rules);
    expect(ramp.status).toBe('ramp');
    const again = play([restricted(61), probed(62, 5)], ramp);
    expect(dueUs(again, rules)).toBe((61 + 120) * second);
  });

  it('lets 10, 25, 50 and 100 % through for five seconds each, then closes', () => {
    let state = play([tripped(0), probed(10, 5)]);
    const shares: [number, number][] = [];
    while (state.status === 'ramp') {
      const due = dueUs(state, rules) as number;
      shares.push([due / second, shareOf(state, rules)]);
      expect(advance(state, { type: 'timed', atUs: due - 1 }, rules)).toBe(state);
      state = advance(state, { type: 'timed', atUs: due }, rules);
    }
    expect(shares).toEqual([
      [15, 0.1],
      [20, 0.25],
      [25, 0.5],
      [30, 1],
    ]);
    expect(state).toEqual({ status: 'closed', sinceUs: 30 * second, openings: 1 });
    expect(dueUs(state, rules)).toBeNull();
  });

  it('waits 10, 20, 40, 80 and then always 120 s for the ramp after each re-opening', () => {
    let state = play([tripped(0), probed(10, 5)]);
    const waits: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const atUs = 1_000 * second * (round + 1);
      state = advance(state, { type: 'tripped', atUs }, rules);
      state = advance(state, { type: 'probed', goodInRow: 5, atUs: atUs + 1 }, rules);
      expect(state.status).toBe('open');
      const due = dueUs(state, rules) as number;
      waits.push((due - atUs) / second);
      expect(advance(state, { type: 'timed', atUs: due - 1 }, rules)).toBe(state);
      state = advance(state, { type: 'timed', atUs: due }, rules);
      expect(state.status).toBe('ramp');
    }
    expect(waits).toEqual([10, 20, 40, 80, 120, 120, 120]);
  });

  it('does not start a ramp that waited while its last probe was bad', () => {
    const state = play([...roundTrip, tripped(100), probed(105, 5), probed(106, 0), timed(110)]);
    expect(state).toMatchObject({ status: 'open', goodProbes: 0 });
    expect(dueUs(state, rules)).toBeNull();
    expect(advance(state, probed(120, 5), rules).status).toBe('ramp');
  });

  it('counts an opening within five minutes of closing as another of the same trouble', () => {
    expect(play([...roundTrip, tripped(329.9)])).toMatchObject({ status: 'open', openings: 2 });
  });

  it('forgets its openings after five healthy minutes', () => {
    expect(play([...roundTrip, tripped(330)])).toMatchObject({ openings: 1, rampNotBeforeUs: 330 * second });
  });

  it('starts a step of the ramp anew when it was woken late, rather than skip what nobody watched', () => {
    const state = play([tripped(0), probed(10, 5), timed(70)]);
    expect(state).toMatchObject({ status: 'ramp', step: 1, stepEndsAtUs: 75 * second });
  });

  it('ignores what means nothing to its state', () => {
    const open = play([tripped(0)]);
    const ramp = play([tripped(0), probed(10, 5)]);
    expect(advance(neverOpened, probed(1, 5), rules)).toBe(neverOpened);
    expect(advance(neverOpened, timed(1), rules)).toBe(neverOpened);
    expect(advance(open, tripped(1), rules)).toBe(open);
    expect(advance(ramp, probed(11, 0), rules)).toBe(ramp);
  });
});
