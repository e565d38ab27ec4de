/** `breakwater live ID --gateway URL` or `--adapter FILE`: a score card for somebody else's gateway. */
import path from 'node:path';
import { realFetch } from '../live/real-world.ts';
import { loadAdapter } from '../score/load-adapter.ts';
import { payjpAdapter } from '../score/payjp-adapter.ts';
import { renderMarkdown, renderScore, renderScoreJunit } from '../score/render.ts';
import { scoreGateway } from '../score/score.ts';
import type { Upstream } from '../score/stage.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { requireWritable, scenarioFolder, writeText } from './files.ts';
import { cutExcerpt, type LiveOptions } from './live.ts';
import { loadPlay } from './load.ts';
import type { Shell } from './shell.ts';

export interface ScoreOptions
  extends Pick<LiveOptions, 'before' | 'cause' | 'after' | 'seed' | 'port' | 'out' | 'json' | 'junit'> {
  readonly gateway?: string | undefined;
  readonly adapter?: string | undefined;
  readonly secretKey: string;
  readonly publicKey: string;
  /** Read for incidents, beside what an adapter names. */
  readonly statusUrl?: string | undefined;
  /** Seconds: for the gateway to come up, and for its books to get straight. */
  readonly wait: number;
  readonly settle: number;
}

/** Fixed, so that a gateway can be pointed there before anything runs. */
const firstPort = 4341;
/** What a gateway should do is what is asked of the protected day. */
const policy = 'protected';

const accountLine = ({ id, url, account }: Upstream): string =>
  `  ${id}  ${url}  ${Object.entries(account)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}\n`;

const checkedUrl = (option: string, text: string): string => {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text))
    throw new UsageError(`breakwater: ${option} ${text} is no http address`);
  return text.replace(/\/(v1\/?)?$/, '');
};

/** @throws UsageError | HarnessError */
export const score = async (shell: Shell, argument: string, options: ScoreOptions): Promise<number> => {
  const { gateway, adapter: file, json, junit, out } = options;
  if ((gateway === undefined) === (file === undefined))
    throw new UsageError('breakwater: name either --gateway or --adapter');
  const play = loadPlay(argument, null);
  const { scenario } = cutExcerpt(play, policy, { ...options, speed: 1, kill: [], instances: undefined });
  const statusUrl = options.statusUrl === undefined ? null : checkedUrl('--status-url', options.statusUrl);
  const gatewayUrl = gateway === undefined ? null : checkedUrl('--gateway', gateway);
  requireWritable('--out', out, 'folder');
  if (junit !== undefined) requireWritable('--junit', junit, 'file');
  const sockets = realFetch();
  const { secretKey, publicKey } = options;
  const own =
    gatewayUrl === null
      ? await loadAdapter(file ?? '')
      : payjpAdapter({ url: gatewayUrl, secretKey, publicKey, statusUrl }, sockets);
  const adapter = { ...own, statusUrl: statusUrl ?? own.statusUrl };

  const say = json ? shell.note : shell.out;
  const controller = new AbortController();
  const forget = shell.onInterrupt(() => controller.abort());
  try {
    const scored = await scoreGateway({
      scenario,
      policy,
      adapter,
      gatewayUrl,
      seed: options.seed,
      port: options.port === 0 ? firstPort : options.port,
      waitMs: options.wait * 1000,
      settleMs: options.settle * 1000,
      signal: controller.signal,
      onReady: (upstreams, webhookUrl) => {
        say(`acquirers, for the gateway to be pointed at:\n${upstreams.map(accountLine).join('')}`);
        if (adapter.webhook !== null) say(`webhooks are read at ${webhookUrl}\n`);
      },
      onProgress: (what) => say(`score: ${what}\n`),
    });
    const { card, notes, partial } = scored;
    const title = `${adapter.name} on ${scenario.id}`;
    const folder = scenarioFolder(out, scenario.id);
    writeText(
      path.join(folder, 'score.json'),
      `${JSON.stringify({ scenario: scenario.id, gateway: adapter.name, ...card, notes, partial }, null, 2)}\n`,
    );
    writeText(path.join(folder, 'score.md'), renderMarkdown(title, card));
    if (junit !== undefined) writeText(junit, renderScoreJunit(title, card));
    for (const note of notes) say(`${note}\n`);
    say(renderScore(title, card));
    if (json)
      shell.out(`${JSON.stringify({ scenario: scenario.id, gateway: adapter.name, ...card, notes, partial })}\n`);
    if (partial) return exitStatus.interrupted;
    return card.held === card.lines.length ? exitStatus.holds : exitStatus.fails;
  } finally {
    forget();
    await sockets.close();
  }
};
