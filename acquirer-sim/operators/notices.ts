/**
 * The operators' notices to a tenant: late by design, then repeated until they are answered.
 *
 * `POST <noticeUrl>` with `{acquirer, kind, atMs, message}`; any 2xx is a delivery. Each notice
 * stands for itself: one about a cap is still sent when the cap is already lifted, as mail is.
 */
import { createAttempts, type SavedAttempt } from '../attempts.ts';
import type { Clock, Fetch, Log } from '../ports.ts';

export type NoticeKind = 'warning' | 'restricting_you' | 'lifted' | 'maintenance';

export interface NoticeTarget {
  readonly tenant: string;
  readonly url: string;
  readonly token: string | null;
}

export interface Notices {
  /** Sends after `delayMs`. `atMs` is the wall time of what it tells of. */
  send(target: NoticeTarget, kind: NoticeKind, atMs: number, delayMs: number): void;
  save(): SavedAttempt<Notice>[];
  load(saved: readonly SavedAttempt<Notice>[]): void;
  drop(tenant: string | null): void;
  stop(): void;
}

export interface Notice {
  readonly target: NoticeTarget;
  readonly kind: NoticeKind;
  readonly atMs: number;
  /** How often it was tried before. */
  readonly nth: number;
}

/** Waits between attempts, milliseconds. After the last one the operators give up. */
const RETRY_AFTER_MS = [5_000, 15_000, 30_000, 60_000, 120_000, 300_000, 300_000, 300_000] as const;
const TIMEOUT_MS = 10_000;

const messages: Readonly<Record<NoticeKind, string>> = {
  warning:
    '貴社からのアクセスが大幅に増えています。このまま続く場合は制限することがあります。 / Requests from you have risen sharply. If this goes on we may restrict them.',
  restricting_you:
    '貴社からの大量のアクセスにより、貴社経由の全リクエストを制限しています。 / We are restricting all requests that come through you because of their volume.',
  lifted: '貴社経由のリクエストの制限を解除しました。 / The restriction on your requests has been lifted.',
  maintenance:
    '予定されたメンテナンスのため、期間中はお取引を受け付けません。 / No transactions are accepted during scheduled maintenance.',
};

export const createNotices = (
  deps: { readonly clock: Clock; readonly fetch: Fetch; readonly log: Log; readonly acquirer: string },
  delivered: (target: NoticeTarget, kind: NoticeKind) => void,
): Notices => {
  const { clock, fetch, log, acquirer } = deps;
  const attempts = createAttempts<Notice>(clock, async (notice) => {
    const { target, kind, atMs, nth } = notice;
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
    if (answered) {
      delivered(target, kind);
      return null;
    }
    const delayMs = RETRY_AFTER_MS[nth];
    if (delayMs !== undefined) return { item: { ...notice, nth: nth + 1 }, delayMs };
    log.warn({ event: 'operators.notice-given-up', acquirer, tenant: target.tenant, kind });
    return null;
  });

  return {
    send: (target, kind, atMs, delayMs) => attempts.after(delayMs, { target, kind, atMs, nth: 0 }),
    save: attempts.save,
    load: attempts.load,
    drop: (tenant) => attempts.drop(({ target }) => tenant === null || target.tenant === tenant),
    stop: attempts.stop,
  };
};
