/** A world's ten minutes on the clock: from seconds since its start to the hours a scenario is written in. */

const two = (value: number): string => String(value).padStart(2, '0');

/** `startsAtMinute`: of the day in Japan. Hours run on past midnight, as a scenario's do. */
export const hourOf = (startsAtMinute: number, second: number): string => {
  const total = startsAtMinute * 60 + second;
  return `${two(Math.floor(total / 3600))}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
};
