/** A mail server that takes everything and keeps only how much it was. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface MailSink {
  readonly url: string;
  count(): number;
  close(): Promise<void>;
}

export const startMailSink = async (): Promise<MailSink> => {
  const { SMTPServer } = await import('smtp-server');
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (_auth, _session, done) => done(null, { user: 'anybody' }),
    onData(stream, _session, done) {
      stream.on('end', () => {
        count += 1;
        done();
      });
      stream.resume();
    },
  });
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    count: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
};
