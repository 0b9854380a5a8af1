import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { attachmentOf, listPage, mailPage } from './mail-catcher-pages';
import type { Page } from './mail-catcher-pages';

export interface CaughtMail {
  number: number;
  to: string;
  mail: ParsedMail;
}

export interface MailCatcher {
  /** Where mail is handed in. */
  smtpPort: number;
  /** Where it can be read in a browser, without a slash at the end. */
  url: string;
  caught: () => readonly CaughtMail[];
  stop: () => Promise<void>;
}

const host = '127.0.0.1';
const kept = 50;
const largestMail = 50 * 2 ** 20;

/**
 * A mail server of the demo: takes any mail, sends none on, and shows the newest in a browser. Reachable
 * from this machine alone, and gone with the process.
 */
export async function startMailCatcher({ webPort = 8086 } = {}): Promise<MailCatcher> {
  const mails: CaughtMail[] = [];
  let count = 0;
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: largestMail,
    logger: false,
    onData: (stream, { envelope }, done) => {
      simpleParser(stream)
        .then((mail) => {
          count += 1;
          const to = envelope.rcptTo.map(({ address }) => address).join(', ');
          mails.unshift({ number: count, to, mail });
          mails.length = Math.min(mails.length, kept);
          done();
        })
        .catch((error: unknown) => done(error instanceof Error ? error : new Error('not a mail')));
    },
  });
  // A client that hangs up is no reason to end the demo.
  smtp.on('error', () => undefined);
  const smtpListener = smtp.listen(0, host);
  await once(smtpListener, 'listening');
  const web = createServer((request, response) => answer(request, response, mails));
  await listen(web, webPort);
  const { port } = web.address() as AddressInfo;
  return {
    smtpPort: (smtpListener.address() as AddressInfo).port,
    url: `http://${host}:${port}`,
    caught: () => mails,
    stop: async () => {
      web.closeAllConnections();
      await Promise.all([
        new Promise<void>((resolve) => void web.close(() => resolve())),
        new Promise<void>((resolve) => smtp.close(() => resolve())),
      ]);
    },
  };
}

/** At the usual port, or at any other where that is taken. */
async function listen(web: Server, port: number): Promise<void> {
  web.listen(port, host);
  try {
    await once(web, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port === 0) throw error;
    await listen(web, 0);
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  mails: readonly CaughtMail[],
): void {
  const { port } = request.socket.address() as AddressInfo;
  // Another site's name that leads here would let that site read along.
  const isHere = [`${host}:${port}`, `localhost:${port}`].includes(request.headers.host ?? '');
  if (!isHere || (request.method !== 'GET' && request.method !== 'HEAD')) {
    response.writeHead(isHere ? 405 : 421).end();
    return;
  }
  const page = pageFor(new URL(request.url ?? '/', `http://${host}`).pathname, mails);
  if (!page) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('There is no such mail.\n');
    return;
  }
  response.writeHead(200, {
    'Content-Type': page.type,
    // No script anywhere, nothing from elsewhere; a mail's own page is locked in besides.
    'Content-Security-Policy': `default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'${page.isMail ? '; sandbox' : ''}`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    ...(page.attachment !== undefined && {
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(page.attachment)}`,
    }),
  });
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

function pageFor(path: string, mails: readonly CaughtMail[]): Page | null {
  if (path === '/') return listPage(mails);
  const [, number, part, index] = /^\/(\d+)(?:\/(html|text|files)(?:\/(\d+))?)?$/.exec(path) ?? [];
  const caught = mails.find((each) => String(each.number) === number);
  if (!caught) return null;
  if (part === undefined) return mailPage(caught);
  if (part === 'files') return attachmentOf(caught, Number(index));
  const { html, text } = caught.mail;
  return part === 'html'
    ? { type: 'text/html; charset=utf-8', body: html || '', isMail: true }
    : { type: 'text/plain; charset=utf-8', body: text ?? '', isMail: true };
}
