/**
 * Why an event is in the play: somebody wrote it down, or we assume it and say why.
 *
 * The two are exclusive on purpose. A rehearsal that mixes facts with guesses without telling
 * them apart is a story; the report lists every assumption under the verdict.
 */
import { z } from 'zod';
import { Words } from './words.ts';

/** A document that events may cite by its id. */
export const SourceDocument = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** File name, or the address it was published at. */
  document: z.string().min(1),
  title: Words,
});

/** A place in a source document; lines count from 1. A page without lines is cited as a whole. */
export const Citation = z.strictObject({
  document: z.string().min(1),
  line: z.int().positive().optional(),
});

const reason = z.string().min(10, 'must say the reason of the assumption in a few words');

/** Spread into a shape that must carry exactly one of the two; `exactlyOneGround` holds that. */
export const groundFields = { source: Citation.optional(), assumed: reason.optional() };

/** Refines a shape with `groundFields`: exactly one of `source` and `assumed`. */
export const exactlyOneGround = (
  value: { readonly source?: unknown; readonly assumed?: unknown },
  context: z.RefinementCtx,
): void => {
  if ((value.source === undefined) === (value.assumed === undefined))
    context.addIssue({ code: 'custom', message: 'needs exactly one of source and assumed' });
};

/** The same rule for the published JSON Schema, which cannot see a refinement. */
export const exactlyOneGroundMeta = { oneOf: [{ required: ['source'] }, { required: ['assumed'] }] };

/** A quantity of the world or the cast, and where it comes from. */
export const Ground = z
  .strictObject({ what: z.string().min(1), ...groundFields })
  .superRefine(exactlyOneGround)
  .meta(exactlyOneGroundMeta);
