/**
 * A person writes on the public page: the only kind of notice there was in July 2017.
 *
 * With a `stage` it is an incident: the first notice opens it, later ones with the same `incident`
 * label update it. Without a stage it is a plain announcement, the blog of the day.
 */
import { z } from 'zod';
import { componentNames } from '../component-names.ts';
import { eventKind } from '../event-kind.ts';
import { Words } from '../words.ts';

const Opened = z.object({ incident: z.object({ id: z.string().min(1) }) });

export const humanNotice = eventKind({
  schema: z.strictObject({
    kind: z.literal('human-notice'),
    /** This scenario's own label for the incident; the page gives it an id. */
    incident: z.string().default('main'),
    stage: z.enum(['investigating', 'identified', 'monitoring', 'resolved']).optional(),
    title: Words,
    text: Words,
    components: z.array(z.enum(componentNames)).min(1),
  }),
  role: 'reaction',
  title: ({ stage, title }) => ({
    en: `a person publishes${stage === undefined ? '' : ` (${stage})`}: ${title.en}`,
    ja: `担当者が告知${stage === undefined ? '' : ` (${stage})`}: ${title.ja}`,
  }),
  act: async (director, { incident, stage, title, text, components }, { memory }) => {
    const label = `human-notice:${incident}`;
    const opened = memory.get(label);
    const answer = await director.statusPageAdmin(
      'POST',
      'announcements',
      opened === undefined || stage === undefined
        ? { title, text, components, ...(stage === undefined ? {} : { stage }) }
        : { incident: opened, stage, text, components },
    );
    if (stage !== undefined && opened === undefined) memory.set(label, Opened.parse(answer).incident.id);
  },
});
