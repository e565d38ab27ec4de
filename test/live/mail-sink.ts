/** Where letters go in tests: a server that speaks SMTP, and what it took. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Received {
  readonly to: string;
  readonly data: string;
}

/** A real SMTP server that keeps what it takes; `full@` bounces for good. */
export const openMailSink = async () => {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      if (!address.startsWith('full@')) return done();
      done(Object.assign(new Error('mailbox is gone'), { responseCode: 550 }));
    },
    onData(stream, session, done) {
      let data = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        data += text;
      });
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo[0]?.address ?? '', data });
        for (const look of waiting) look();
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received,
    /** The first letter that fits, now or when it comes. */
    letter: (fits: (letter: Received) => boolean): Promise<Received> =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = received.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
};
