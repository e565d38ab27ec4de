/**
 * What a merchant's server is built with, as it says itself: `User-Agent` and
 * `X-Payjp-Client-User-Agent` (payjp-api section 1).
 *
 * Headers are whatever a client writes, and a number may be in them. What is kept is a name from our
 * list, or a short product name without digits, and a version of few digits; never the text.
 */
import type { Both } from '../words.ts';

export interface Integration {
  /** `payjp-php`, `EC-CUBE plugin`, `curl`, `other`; `not told` without a header. */
  readonly name: string;
  readonly version: string | null;
  /** PAY.JP supports it until the end of this day (`yyyy-mm-dd`, Japan); null: as far as we know, it still does. */
  readonly supportEnded: string | null;
  /** What an operator may want to know besides. */
  readonly remark: Both | null;
}

/** S0 L105-107. */
const pluginSupportEnded = '2017-10-31';

const pluginRemark = {
  en: 'The plugin makes tokens on the shop’s server; its support ended on 2017-10-31 and its repository was closed.',
  ja: 'プラグインは店舗サーバー側でトークンを作成します。サポートは2017年10月末に終了し、リポジトリは非公開です。',
} as const;
/** payjp-eccube calls the API by payjp-php, whose versions of that time begin with 0. */
const oldPhpRemark = {
  en: 'The EC-CUBE plugin (support ended on 2017-10-31) uses this library; ask whether the shop runs on EC-CUBE.',
  ja: 'EC-CUBE用プラグイン(2017年10月末サポート終了)が利用するライブラリです。EC-CUBEでの運用かご確認ください。',
} as const;

/** At most three numbers of three digits: too few for a card number. */
const version = /(?<![0-9])v?([0-9]{1,3}(?:\.[0-9]{1,3}){0,2})(?![0-9.])/;
const versionIn = (text: string | undefined): string | null =>
  text === undefined ? null : (version.exec(text)?.[1] ?? null);

const languages: Readonly<Record<string, string>> = {
  python: 'payjp-python',
  ruby: 'payjp-ruby',
  php: 'payjp-php',
  java: 'payjp-java',
  go: 'payjp-go',
  perl: 'payjp-perl',
  node: 'payjp-node',
};

const plain = (name: string, found: string | null): Integration => ({
  name,
  version: found,
  supportEnded: null,
  remark: name === 'payjp-php' && found?.startsWith('0.') === true ? oldPhpRemark : null,
});

/** What `X-Payjp-Client-User-Agent` says: JSON of most SDKs, plain words of Go's. */
const fromClient = (text: string): Integration | null => {
  try {
    const { lang, bindings_version: said } = JSON.parse(text) as Record<string, unknown>;
    const name = typeof lang === 'string' ? languages[lang.toLowerCase()] : undefined;
    return name === undefined ? null : plain(name, versionIn(typeof said === 'string' ? said : undefined));
  } catch {
    const go = /^payjp-go\b(.*)$/.exec(text);
    return go === null ? null : plain('payjp-go', versionIn(go[1]));
  }
};

const headerLengthMax = 1000;

/** Reads both headers; either may be missing or be anything. */
export const integrationOf = (userAgent: string | undefined, clientUserAgent: string | undefined): Integration => {
  const agent = (userAgent ?? '').slice(0, headerLengthMax);
  const client = (clientUserAgent ?? '').slice(0, headerLengthMax);
  const plugin = /(?:payjp-)?ec-?cube(?:[/ -]?(\S{1,20}))?/i.exec(`${agent} ${client}`);
  if (plugin !== null)
    return {
      name: 'EC-CUBE plugin',
      version: versionIn(plugin[1]),
      supportEnded: pluginSupportEnded,
      remark: pluginRemark,
    };
  const bindings = /Payjp\/v1 ([A-Za-z]{1,12})Bindings\/(\S{1,20})/.exec(agent);
  const bound = bindings === null ? undefined : languages[bindings[1]!.toLowerCase()];
  if (bound !== undefined) return plain(bound, versionIn(bindings![2]));
  const told = client === '' ? null : fromClient(client);
  if (told !== null) return told;
  // Node's own fetch, which payjp-node 3 uses, says no more than this.
  if (agent === 'node') return plain('payjp-node', null);
  if (agent === '') return plain('not told', null);
  const product = /^([A-Za-z][A-Za-z_-]{1,30})(?:\/(\S{1,20}))?/.exec(agent);
  return product === null ? plain('other', null) : plain(product[1]!, versionIn(product[2]));
};
