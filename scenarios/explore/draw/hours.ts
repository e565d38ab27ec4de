/** A world's ten minutes on the clock: from seconds since its start to the hours a scenario is written in. */
import { timeOfDay } from '../../play/times.ts';

/** `startsAtMinute`: of the day in Japan. Hours run on past midnight, as a scenario's do. */
export const hourOf = (startsAtMinute: number, second: number): string =>
  timeOfDay((startsAtMinute * 60 + second) * 1000);
