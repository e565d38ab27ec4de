/** Rendered texts that live until the page changes. */

/**
 * `cached(key, render)` calls `render` at most once per key and revision. Callers keep the number
 * of keys bounded: two languages of three pages and of each remembered incident.
 */
export const createRenderCache = (revision: () => string): ((key: string, render: () => string) => string) => {
  const kept = new Map<string, string>();
  let keptRevision = '';
  return (key, render) => {
    if (keptRevision !== revision()) {
      kept.clear();
      keptRevision = revision();
    }
    const known = kept.get(key);
    if (known !== undefined) return known;
    const text = render();
    kept.set(key, text);
    return text;
  };
};
