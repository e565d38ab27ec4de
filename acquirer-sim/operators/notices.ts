/**
 * The operators' notices to a tenant: late by design, then repeated until they are answered.
 *
 * `POST <noticeUrl>` with `{acquirer, kind, atMs, message}`; any 2xx is a delivery. Each notice
 * stands for itself: one about a cap is still sent when the cap is already lifted, as mail is.
 */
import type { Clock, Fetch, Log, Timer } from '../ports.ts';

export type NoticeKind = 'restricting_you' | 'lifted';

export interface NoticeTarget {
  readonly tenant: string;
  readonly url: string;
  readonly token: string | null;
}

export interface Notices {
  /** Sends after `delayMs`. `atMs` is the wall time of what it tells of. */
  send(target: NoticeTarget, kind: NoticeKind, atMs: number, delayMs: number): void;
  stop(): void;
}

/** Waits between attempts, milliseconds. After the last one the operators give up. */
const RETRY_AFTER_MS = [5_000, 15_000, 30_000, 60_000, 120_000, 300_000, 300_000, 300_000] as const;
const TIMEOUT_MS = 10_000;

const messages: Readonly<Record<NoticeKind, string>> = {
  restricting_you:
    '貴社からの大量のアクセスにより、貴社経由の全リクエストを制限しています。 / We are restricting all requests that come through you because of their volume.',
  lifted: '貴社経由のリクエストの制限を解除しました。 / The restriction on your requests has been lifted.',
};

export const createNotices = (
  deps: { readonly clock: Clock; readonly fetch: Fetch; readonly log: Log; readonly acquirer: string },
  delivered: (target: NoticeTarget, kind: NoticeKind) => void,
): Notices => {
  const { clock, fetch, log, acquirer } = deps;
  const waiting = new Set<Timer>();
  let stopped = false;

  const later = (delayMs: number, act: () => void): void => {
    const timer = clock.after(delayMs, () => {
      waiting.delete(timer);
      act();
    });
    waiting.add(timer);
  };

  const attempt = async (target: NoticeTarget, kind: NoticeKind, atMs: number, nth: number): Promise<void> => {
    const answered = await fetch(target.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(target.token === null ? {} : { authorization: `Bearer ${target.token}` }),
      },
      body: JSON.stringify({ acquirer, kind, atMs, message: messages[kind] }),
      timeoutMs: TIMEOUT_MS,
      drawKey: `notice/${target.tenant}/${kind}/${atMs}/${nth}`,
    }).then(
      (reply) => reply.status >= 200 && reply.status < 300,
      () => false,
    );
    if (answered) return delivered(target, kind);
    const waitMs = RETRY_AFTER_MS[nth];
    if (stopped) return;
    if (waitMs === undefined) {
      log.warn({ event: 'operators.notice-given-up', acquirer, tenant: target.tenant, kind });
      return;
    }
    later(waitMs, () => void attempt(target, kind, atMs, nth + 1));
  };

  return {
    send: (target, kind, atMs, delayMs) => later(delayMs, () => void attempt(target, kind, atMs, 0)),
    stop() {
      stopped = true;
      for (const timer of waiting) timer.cancel();
      waiting.clear();
    },
  };
};
