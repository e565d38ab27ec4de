/**
 * The way to the directory server: AReq for an answer within its time, PReq for the card ranges.
 *
 * A connection that cannot be made is tried once more and no further (emv-3ds.md section 8). Nothing
 * here holds up a payment that asks for no 3-D Secure: nobody else calls it.
 */
import type { Clock, Entropy, Fetch, Log, Store } from '../ports.ts';
import { failureCode, notSentCodes } from '../upstream/transport.ts';
import type { ThreeDSecureConfig } from './config.ts';
import type { Elements } from './elements.ts';
import { newUuid } from './ids.ts';
import { readJsonObject } from './json.ts';
import { type CardRange, readPRes } from './ranges.ts';
import { beginAsking, directoryRow, firstAsking, saveDirectory } from './store.ts';

export type DirectoryAnswer =
  | { readonly kind: 'answered'; readonly elements: Elements }
  /** The directory server's own refusal. */
  | { readonly kind: 'erro'; readonly code: string }
  | { readonly kind: 'lost'; readonly reason: string };

export interface Directory {
  /** Sends an AReq. Resolves within the time for it, twice at most the time to connect. */
  authenticate(areq: Elements): Promise<DirectoryAnswer>;
  /** Tells a peer what was wrong with its answer. Nobody waits for it. */
  complain(erro: Elements): void;
  /** Card ranges as last heard; none when there was never an answer. */
  ranges(): Promise<readonly CardRange[]>;
}

const answerBytesMax = 2 * 1024 * 1024;
/** After a question that failed (emv-3ds.md section 8, PReq). */
const askAgainMs = 60_000;
const rowId = 'ds';

export interface DirectoryDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly store: Store;
  readonly config: ThreeDSecureConfig;
}

export const createDirectory = (deps: DirectoryDeps): Directory => {
  const { clock, entropy, fetch, log, store, config } = deps;

  const post = async (
    path: string,
    message: Elements,
    timeoutMs: number,
    drawKey: string,
  ): Promise<DirectoryAnswer> => {
    let reply: { readonly status: number; readonly text: string };
    try {
      const got = await fetch(`${config.directoryServerUrl}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json; charset=utf-8', Accept: 'application/json' },
        body: JSON.stringify(message),
        timeoutMs,
        drawKey,
      });
      reply = { status: got.status, text: await got.text() };
    } catch (reason) {
      return { kind: 'lost', reason: failureCode(reason) };
    }
    const read = reply.text.length > answerBytesMax ? null : readJsonObject(reply.text);
    if (read === null || !read.ok) return { kind: 'lost', reason: `no message: HTTP ${reply.status}` };
    if (read.value.messageType === 'Erro') return { kind: 'erro', code: String(read.value.errorCode).slice(0, 3) };
    return { kind: 'answered', elements: read.value };
  };

  /** A connection that was never made is made once more. */
  const postTwice: typeof post = async (path, message, timeoutMs, drawKey) => {
    const first = await post(path, message, timeoutMs, drawKey);
    return first.kind === 'lost' && notSentCodes.has(first.reason)
      ? post(path, message, timeoutMs, `${drawKey}/again`)
      : first;
  };

  let kept: { readonly ranges: readonly CardRange[]; readonly askedMs: number } | null = null;
  let asking: Promise<readonly CardRange[]> | null = null;

  /** Takes the turn to ask, among all instances; false: another one has it, or it is too early. */
  const turn = (): Promise<{ mine: boolean; ranges: readonly CardRange[]; askedMs: number }> =>
    store.unit(async (tx) => {
      const nowMs = clock.wallMs();
      const row = await tx.first(directoryRow, { id: rowId });
      if (row === undefined) {
        const mine = (await tx.run(firstAsking, { id: rowId, serial: null, ranges: '[]', asked_ms: nowMs })) === 1;
        return { mine, ranges: [], askedMs: nowMs };
      }
      const ranges = JSON.parse(row.ranges) as CardRange[];
      if (nowMs - row.asked_ms < config.rangesEveryMs) return { mine: false, ranges, askedMs: row.asked_ms };
      const mine = (await tx.run(beginAsking, { id: rowId, was: row.asked_ms, now: nowMs })) === 1;
      return { mine, ranges, askedMs: nowMs };
    });

  const ask = async (): Promise<readonly CardRange[]> => {
    const { mine, ranges, askedMs } = await turn();
    kept = { ranges, askedMs };
    if (!mine) return ranges;
    const preq = {
      messageType: 'PReq',
      messageVersion: '2.2.0',
      threeDSServerTransID: newUuid(entropy, 'preq'),
      threeDSServerRefNumber: 'BREAKWATER_3DSS_00001',
      threeDSServerOperatorID: config.operatorId,
    };
    const got = await postTwice('/ds/preq', preq, config.timeoutMs.ranges, 'preq');
    const read = got.kind === 'answered' ? readPRes(got.elements) : null;
    if (read === null) {
      // Asked too often (103): an hour at least lies between two answers.
      const waitMs = got.kind === 'erro' && got.code === '103' ? 3_600_000 : askAgainMs;
      const due = askedMs - config.rangesEveryMs + waitMs;
      await store.unit((tx) =>
        tx.run(saveDirectory, { id: rowId, serial: null, ranges: JSON.stringify(ranges), asked_ms: due }),
      );
      kept = { ranges, askedMs: due };
      log.warn({ event: 'three-d-secure.no-ranges', reason: got.kind === 'lost' ? got.reason : got.kind });
      return ranges;
    }
    kept = { ranges: read.ranges, askedMs };
    await store.unit((tx) =>
      tx.run(saveDirectory, {
        id: rowId,
        serial: read.serial,
        ranges: JSON.stringify(read.ranges),
        asked_ms: askedMs,
      }),
    );
    return read.ranges;
  };

  return {
    authenticate: (areq) =>
      postTwice('/ds/areq', areq, config.timeoutMs.areq, `areq/${String(areq.threeDSServerTransID)}`),
    complain(erro) {
      void post('/ds/areq', erro, config.timeoutMs.areq, `erro/${String(erro.threeDSServerTransID)}`);
    },
    ranges() {
      if (kept !== null && clock.wallMs() - kept.askedMs < config.rangesEveryMs) return Promise.resolve(kept.ranges);
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
  };
};
