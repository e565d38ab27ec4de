/**
 * The two languages people read, for every room that says something. The words themselves stand where they are said.
 *
 * The status page is a program of its own and has its own (`status-page/render/words.ts`): the public reads other
 * words for the same things than operators do.
 */
export type Lang = 'ja' | 'en';

/** One text for people, in both. */
export type Both = Readonly<Record<Lang, string>>;
