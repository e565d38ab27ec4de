/**
 * Width of text in terminal columns: Chinese, Japanese and Korean characters take two.
 *
 * Ranges are the wide and fullwidth ones of Unicode's East Asian Width that our texts can contain;
 * "ambiguous" characters count one, as Western and most Japanese terminals show them today.
 */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe4f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

const combining = /\p{Mn}|\p{Me}|\p{Cf}/u;

const widthOfCharacter = (character: string): number => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x1100) return code >= 0x300 && combining.test(character) ? 0 : 1;
  if (combining.test(character)) return 0;
  return wide.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
};

/** Columns the text takes. Knows nothing of escape sequences: colour is put on afterwards. */
export const textWidth = (text: string): number => {
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
};

export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - textWidth(text)));
export const padStart = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - textWidth(text))) + text;

/** The text, or its beginning and `…`, in at most `columns`. */
export const cut = (text: string, columns: number): string => {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (textWidth(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
};

/**
 * Lines of at most `columns`: broken at spaces, and between Japanese characters, which need none.
 * A single word that is longer is cut.
 */
export const wrap = (text: string, columns: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text)) {
    if (textWidth(line + piece.trimEnd()) <= columns) {
      line += piece;
      continue;
    }
    if (line.trimEnd() !== '') lines.push(line.trimEnd());
    line = '';
    for (const character of piece.trimStart()) {
      if (textWidth(line + character) > columns) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  if (line.trimEnd() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
};

/** Words with the space after them; a wide character is a word of its own, with closing marks attached. */
const pieces = (text: string): string[] =>
  text.match(/[^\s\u{2e80}-\u{9fff}\u{ff00}-\u{ffef}]+\s*|[\u{2e80}-\u{9fff}\u{ff00}-\u{ffef}][、。）」]*\s*|\s+/gu) ??
  [];
