/** Live outbound mail: SMTP by nodemailer. */
import { createTransport } from 'nodemailer';
import type { Mail } from './ports.ts';

/** Of one server; more conversations at once are refused by most. */
const connectionsMax = 20;

/** SMTP's own words: 5xx is for good (RFC 5321 section 4.2.1), everything else may be tried again. */
const isForGood = (error: unknown): boolean => {
  const code = (error as { readonly responseCode?: unknown }).responseCode;
  return typeof code === 'number' && code >= 500 && code < 600;
};

export interface LiveMail {
  readonly mail: Mail;
  close(): void;
}

/** @param url `smtp://user:password@host:port`, or `smtps://` */
export const createLiveMail = (url: string): LiveMail => {
  const transport = createTransport({ url, pool: true, maxConnections: connectionsMax, maxMessages: 1_000 });
  return {
    async mail({ from, to, subject, text, headers, messageId }, timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'not_now'>((resolve) => {
        timer = setTimeout(() => resolve('not_now'), timeoutMs);
      });
      // What was handed over late may still arrive; the message id lets its receiver drop the second.
      const sent = transport.sendMail({ from, to, subject, text, headers: { ...headers }, messageId }).then(
        () => 'taken' as const,
        (error: unknown) => (isForGood(error) ? 'never' : 'not_now'),
      );
      const posted = await Promise.race([sent, late]);
      clearTimeout(timer);
      return posted;
    },
    close: () => transport.close(),
  };
};
