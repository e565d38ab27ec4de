/** The 3-D Secure mandate: from when it is looked after, how strictly, and how open questions are read. */
import { z } from 'zod';
import { MandateSettings } from '../mandate/settings.ts';

/** `enforce`: what is required and missing is refused. `warn`: it is told and reported. `off`: not looked at. */
export const Enforcement = z.enum(['enforce', 'warn', 'off']);
export type Enforcement = z.output<typeof Enforcement>;

export const Mandate = z.strictObject({
  /** Of merchants that nobody decided otherwise for. */
  enforcement: Enforcement,
  /** First day (Japan) on which anything is looked at; the law's is 2025-04-01 (S4 L3, L57). */
  from: z.iso.date(),
  /** A merchant hears of one rule at most once in this time. */
  noticeEveryMs: z.int().positive(),
  settings: MandateSettings.prefault({}),
});
export type Mandate = z.output<typeof Mandate>;
