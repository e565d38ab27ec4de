/**
 * `/live`: server-sent events, so that a page that is open shows what changed. Pages work without it.
 *
 * One short message a change, the same for everybody; the script then asks for the page, which is
 * served from memory. Listeners are bounded: beyond that a page is simply as old as its last reload.
 */
import type { Hono } from 'hono';
import type { Timer } from '../ports.ts';
import type { PageClock } from './clock.ts';
import { liveScript } from './render/live-script.ts';

const listenersMax = 1_000;
/** Proxies drop what is silent for a minute. */
const aliveEveryMs = 25_000;

export interface Live {
  /** Tells every open page that there is something new. */
  changed(revision: number): void;
  listeners(): number;
  stop(): void;
}

export const createLive = (app: Hono, clock: PageClock): Live => {
  const encoder = new TextEncoder();
  const listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  let timer: Timer | null = null;

  const leave = (listener: ReadableStreamDefaultController<Uint8Array>): void => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    timer?.cancel();
    timer = null;
  };

  const say = (text: string): void => {
    const bytes = encoder.encode(text);
    for (const listener of listeners) {
      // Whoever reads nothing gets nothing more: their page is the next reload's.
      if ((listener.desiredSize ?? 0) <= -16) {
        leave(listener);
        listener.close();
      } else listener.enqueue(bytes);
    }
  };

  const keepAlive = (): void => {
    timer = clock.after(aliveEveryMs, () => {
      say(': alive\n\n');
      if (listeners.size > 0) keepAlive();
    });
  };

  app.get('/live', (c) => {
    if (listeners.size >= listenersMax) return c.body(null, 204);
    let own: ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        own = controller;
        listeners.add(controller);
        if (timer === null) keepAlive();
        controller.enqueue(encoder.encode('retry: 5000\n\n'));
      },
      cancel: () => leave(own),
    });
    return c.body(stream, 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
  });
  app.get('/live.js', (c) =>
    c.body(liveScript, 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'max-age=300',
      'x-content-type-options': 'nosniff',
    }),
  );

  return {
    changed: (revision) => say(`event: changed\ndata: ${revision}\n\n`),
    listeners: () => listeners.size,
    stop() {
      for (const listener of Array.from(listeners)) {
        leave(listener);
        listener.close();
      }
    },
  };
};
