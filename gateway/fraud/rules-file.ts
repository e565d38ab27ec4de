/** A rules file as it is on disk: read when it was changed, and only then. For `main.ts`. */
import { parseDocument } from 'yaml';

/**
 * @param read the file's text, at once
 * @param changedMs when it was changed, as the file system says
 * @throws from each call that cannot read it, or when it is neither YAML nor JSON
 */
export const rulesFileReader = (read: () => string, changedMs: () => number): (() => { data: unknown } | null) => {
  let seenMs: number | null = null;
  return () => {
    const nowMs = changedMs();
    if (nowMs === seenMs) return null;
    // Not read again until it changes, whatever is wrong with it.
    seenMs = nowMs;
    const document = parseDocument(read(), { prettyErrors: false });
    const [broken] = document.errors;
    if (broken !== undefined) throw new Error(`is neither YAML nor JSON (${broken.code})`);
    return { data: document.toJS() ?? {} };
  };
};
