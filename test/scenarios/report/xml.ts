/** Enough of an XML reader to say whether a document is well formed, and what it holds. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decode = (text: string): string => {
  if (/[<>]/.test(text)) throw new Error(`bare angle bracket in ${JSON.stringify(text)}`);
  return text.replace(/&(#\d+|[a-z]*)(;?)/g, (whole, name: string, end: string) => {
    const character = name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : entities[name];
    if (character === undefined || end !== ';') throw new Error(`bad reference ${whole}`);
    return character;
  });
};

/** Parses elements, attributes and text. @throws Error for what is not well formed. */
export const parseXml = (document: string): Element => {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const tag = /<(\/?)([A-Za-z][\w-]*)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/y;
  let at = document.startsWith('<?xml') ? document.indexOf('?>') + 2 : 0;
  while (at < document.length) {
    const current = open.at(-1);
    if (current === undefined) throw new Error('closed once too often');
    const next = document.indexOf('<', at);
    current.text += decode(document.slice(at, next < 0 ? document.length : next));
    if (next < 0) break;
    tag.lastIndex = next;
    const found = tag.exec(document);
    if (found === null) throw new Error(`no tag at ${JSON.stringify(document.slice(next, next + 60))}`);
    at = tag.lastIndex;
    const [, closing, name = '', attributes = '', empty] = found;
    if (closing === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes another element`);
      continue;
    }
    const element: Element = {
      name,
      attributes: Object.fromEntries(
        [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, decode(value)]),
      ),
      children: [],
      text: '',
    };
    current.children.push(element);
    if (empty !== '/') open.push(element);
  }
  if (open.length !== 1) throw new Error(`${open.at(-1)?.name} is never closed`);
  return root;
};
