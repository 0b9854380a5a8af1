import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { Smtp } from '../../src/reports/smtp';
import type { Message, Outcome } from '../../src/reports/smtp';

const folder = mkdtempSync(join(tmpdir(), 'secret-insights-tls-'));
const password = 'the right one';
let key: string;
let cert: string;
beforeAll(() => {
  const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject].concat([
      '-keyout',
      files.key,
      '-out',
      files.cert,
    ]),
    { stdio: 'ignore' },
  );
  key = readFileSync(files.key, 'utf8');
  cert = readFileSync(files.cert, 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a server with a password took, and how it was told. */
interface Server {
  port: number;
  taken: { subject: string | undefined; user: string | undefined; isEncrypted: boolean }[];
  close: () => Promise<void>;
}

async function startServer(
  options: { secure?: boolean; offersTls?: boolean } = {},
): Promise<Server> {
  const { secure = false, offersTls = true } = options;
  const taken: Server['taken'] = [];
  const smtp = new SMTPServer({
    secure,
    key,
    cert,
    logger: false,
    // A server that would take a password over an open line, too.
    allowInsecureAuth: true,
    disabledCommands: offersTls ? [] : ['STARTTLS'],
    onAuth: ({ username, password: given }, _session, done) => {
      if (username === 'reports' && given === password) done(null, { user: username });
      else done(new Error('Invalid username or password'));
    },
    onData: (stream, session, done) => {
      void simpleParser(stream).then(({ subject }) => {
        taken.push({ subject, user: session.user, isEncrypted: session.secure });
        done();
      });
    },
  });
  // Lines that are given up on purpose are no failure of the test.
  smtp.on('error', () => undefined);
  const listener = smtp.listen(0, 'localhost');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    taken,
    close: () => new Promise((resolve) => smtp.close(resolve)),
  };
}

const message: Message = {
  to: 'ann@example.test',
  messageId: '<report.1@example.test>',
  subject: 'Weekly',
  replyTo: null,
  text: 'text',
  html: '<p>text</p>',
  attachments: [],
};

interface Sent {
  tls: 'if-offered' | 'starttls' | 'secure';
  pass?: string | null;
  trusts?: boolean;
}

function send({ port }: Server, { tls, pass = password, trusts = true }: Sent): Promise<Outcome> {
  const from = 'Reports <reports@example.test>';
  const user = pass === null ? null : 'reports';
  const smtp = new Smtp(
    { host: 'localhost', port, tls, user, password: pass ?? '', from },
    { timeoutMs: 5_000, ...(trusts && { ca: cert }) },
  );
  return smtp.send(message);
}

const accepted = { state: 'accepted', reason: null };
const untrusted =
  /^The certificate of the mail server is not trusted \([A-Z_]+\): give it one of a known authority, or name its own in NODE_EXTRA_CA_CERTS\.$/;

describe.each([
  { tls: 'starttls' as const, secure: false },
  { tls: 'if-offered' as const, secure: false },
  { tls: 'secure' as const, secure: true },
])('a mail server with a password, $tls', ({ tls, secure }) => {
  let server: Server;
  beforeEach(async () => {
    server = await startServer({ secure });
  });
  afterEach(() => server.close());

  it('takes a mail over an encrypted line', async () => {
    expect(await send(server, { tls })).toEqual(accepted);
    expect(server.taken).toEqual([{ subject: 'Weekly', user: 'reports', isEncrypted: true }]);
  });

  it('does not take a wrong password, which is said once and not repeated', async () => {
    const outcome = await send(server, { tls, pass: 'wrong password' });
    expect(outcome).toEqual({
      state: 'refused',
      reason:
        'The mail server does not take the user and password of the settings (smtp.user, smtp.password): 535 Invalid username or password',
    });
    expect(server.taken).toEqual([]);
  });

  it('gets nothing with a certificate that is not trusted', async () => {
    const outcome = await send(server, { tls, trusts: false });
    expect(outcome.state).toBe('later');
    expect(outcome.reason).toMatch(untrusted);
    expect(server.taken).toEqual([]);
  });
});

describe('a mail server without encryption', () => {
  let server: Server;
  beforeEach(async () => {
    server = await startServer({ offersTls: false });
  });
  afterEach(() => server.close());

  it.each(['starttls', 'if-offered'] as const)('is never told a password, %s', async (tls) => {
    const outcome = await send(server, { tls });
    expect(outcome.state).not.toBe('accepted');
    expect(outcome.reason).toBe(
      'The mail server offers no encrypted line (STARTTLS), and nothing is sent without one: set smtp.tls and smtp.port as the server needs them.',
    );
    expect(server.taken).toEqual([]);
  });

  it('takes a mail where no password is set and none is asked for', async () => {
    const open = new SMTPServer({ authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'] });
    const listener = open.listen(0, 'localhost');
    await once(listener, 'listening');
    const port = (listener.address() as AddressInfo).port;
    const outcome = await send({ ...server, port }, { tls: 'if-offered', pass: null });
    await new Promise<void>((resolve) => open.close(resolve));
    expect(outcome).toEqual(accepted);
  });
});
