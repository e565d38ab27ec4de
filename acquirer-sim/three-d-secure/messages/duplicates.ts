/**
 * An element that is named twice in one object: `JSON.parse` keeps the last and says nothing, the
 * protocol answers 204 (emv-3ds.md section 9).
 *
 * Takes text that `JSON.parse` accepted, so strings, braces and commas are where they should be.
 */

interface Level {
  /** Names seen so far; null in an array. */
  readonly names: Set<string> | null;
  /** How the object itself was named. */
  readonly prefix: string;
  /** The next string is a name. */
  atName: boolean;
  name: string;
}

/** End of the string that begins at `from`, which is its quotation mark. */
const endOf = (text: string, from: number): number => {
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 92) at += 1;
    else if (character === 34) return at;
  }
  return text.length;
};

/** The element that stands twice (nested ones as `acctInfo.chAccAgeInd`), or null. */
export const duplicateIn = (text: string): string | null => {
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const level = levels.at(-1);
    switch (text[at]) {
      case '"': {
        const end = endOf(text, at);
        if (level?.names && level.atName) {
          // Parsed, since an escape may write a name another way.
          level.name = JSON.parse(text.slice(at, end + 1)) as string;
          if (level.names.has(level.name)) return `${level.prefix}${level.name}`;
          level.names.add(level.name);
          level.atName = false;
        }
        at = end;
        break;
      }
      case '{':
      case '[': {
        const prefix =
          level === undefined || level.name === '' ? (level?.prefix ?? '') : `${level.prefix}${level.name}.`;
        levels.push({ names: text[at] === '{' ? new Set() : null, prefix, atName: text[at] === '{', name: '' });
        break;
      }
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        if (level) level.atName = true;
        break;
      default:
    }
  }
  return null;
};
