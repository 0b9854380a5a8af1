import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  to: string;
  mail: ParsedMail;
}

export type Behaviour = 'take' | 'die-mid-message' | 'die-after-message' | 'refuse-later';

export interface MailServer {
  port: number;
  /** Every mail whose content arrived whole, also one that was not acknowledged. */
  received: ReceivedMail[];
  /** Recipients that are refused for good. */
  refused: Set<string>;
  /** What happens to the content of a mail, by recipient; `take` where nothing is said. */
  behaviour: Map<string, Behaviour>;
  /** Pause before a mail is acknowledged. */
  slowMs: number;
  /** Called when a mail has arrived and before it is acknowledged. */
  onArrival: (to: string) => Promise<void>;
  /** Called when a mail was told to come again later. */
  onRefusal: () => void;
  close: () => Promise<void>;
}

/** A real mail server on the loopback, which behaves as badly as it is told to. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onRcptTo: ({ address }, _session, done) => {
      if (server.refused.has(address)) {
        done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      } else done();
    },
    onData: (stream, session, done) => {
      const to = session.envelope.rcptTo[0]?.address ?? '';
      const behaviour = server.behaviour.get(to) ?? 'take';
      const cut = (): void => {
        for (const connection of smtp.connections) {
          const { _socket: socket } = connection as unknown as { _socket: { destroy: () => void } };
          socket.destroy();
        }
      };
      if (behaviour === 'die-mid-message') {
        stream.once('data', cut);
        stream.resume();
        return;
      }
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        void simpleParser(Buffer.concat(chunks)).then(async (mail) => {
          if (behaviour === 'refuse-later') {
            done(Object.assign(new Error('try again'), { responseCode: 451 }));
            server.onRefusal();
            return;
          }
          server.received.push({ to, mail });
          await server.onArrival(to);
          if (behaviour === 'die-after-message') cut();
          else setTimeout(() => done(), server.slowMs);
        });
      });
    },
  });
  // A connection that is cut on purpose is no failure of the test.
  smtp.on('error', () => undefined);
  const server: MailServer = {
    port: 0,
    received: [],
    refused: new Set(),
    behaviour: new Map(),
    slowMs: 0,
    onArrival: () => Promise.resolve(),
    onRefusal: () => undefined,
    close: () => new Promise((resolve) => smtp.close(resolve)),
  };
  const listener = smtp.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  server.port = (listener.address() as AddressInfo).port;
  return server;
}
