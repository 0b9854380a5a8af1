import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpSettings } from '../config/config';

export interface Message {
  to: string;
  messageId: string;
  subject: string;
  replyTo: string | null;
  text: string;
  html: string;
  attachments: readonly { filename: string; path: string; contentType: string }[];
}

/**
 * accepted: the mail server took it. refused: it said that it never will. later: it certainly has not
 * taken it yet. unknown: the line went dead after it was given the mail.
 */
export type Outcome =
  { state: 'accepted'; reason: null } | { state: 'refused' | 'later' | 'unknown'; reason: string };

export interface SmtpOptions {
  /** A certificate authority of its own, for tests. */
  ca?: string;
  timeoutMs?: number;
}

/** One message to one recipient, and what is known of it afterwards. */
export class Smtp {
  readonly #settings: SmtpSettings;
  readonly #options: SmtpOptions;

  constructor(settings: SmtpSettings, options: SmtpOptions = {}) {
    this.#settings = settings;
    this.#options = options;
  }

  get isSet(): boolean {
    return this.#settings.host !== null;
  }

  async send(message: Message): Promise<Outcome> {
    let wasHandedOver = false;
    const { from } = this.#settings;
    const mail = new MailComposer({
      from,
      to: message.to,
      messageId: message.messageId,
      subject: message.subject,
      ...(message.replyTo !== null && { replyTo: message.replyTo }),
      text: message.text,
      html: message.html,
      attachments: message.attachments.map((attachment) => ({ ...attachment })),
      // Nobody's holiday notice should come back to it.
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      disableUrlAccess: true,
    }).compile();
    // Read from only once the server has asked for the content: from then on it may have the mail.
    async function* content(): AsyncGenerator<Buffer> {
      wasHandedOver = true;
      yield* mail.createReadStream() as AsyncIterable<Buffer>;
    }
    const connection = this.#connection();
    try {
      await this.#signIn(connection);
      const envelope = { from: mail.getEnvelope().from || from, to: [message.to] };
      await new Promise<void>((resolve, reject) => {
        connection.once('error', reject);
        connection.send(envelope, Readable.from(content(), { objectMode: false }), (error) =>
          error ? reject(error) : resolve(),
        );
      });
      return { state: 'accepted', reason: null };
    } catch (error) {
      return outcomeOf(error, wasHandedOver);
    } finally {
      connection.close();
    }
  }

  #connection(): SMTPConnection {
    const { host, port, tls, user } = this.#settings;
    const timeout = this.#options.timeoutMs ?? 60_000;
    return new SMTPConnection({
      host: host ?? undefined,
      port,
      secure: tls === 'secure',
      // A password never goes over an open line.
      requireTLS: tls === 'starttls' || user !== null,
      connectionTimeout: Math.min(timeout, 15_000),
      greetingTimeout: Math.min(timeout, 15_000),
      socketTimeout: timeout,
      ...(this.#options.ca !== undefined && { tls: { ca: this.#options.ca } }),
    });
  }

  async #signIn(connection: SMTPConnection): Promise<void> {
    const { user, password } = this.#settings;
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.connect((error?: Error | null) => (error ? reject(error) : resolve()));
    });
    if (user === null) return;
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.login({ user, pass: password }, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** What nodemailer says of a failure. */
interface SmtpError {
  responseCode?: number;
  response?: string;
  code?: string;
  /** Of the socket, such as ECONNREFUSED or the name of what is wrong with a certificate. */
  originalCode?: string;
}

function outcomeOf(error: unknown, wasHandedOver: boolean): Outcome {
  const { responseCode, response, code, originalCode } = error as SmtpError;
  // The server's own words end up in histories: one line of them is enough.
  const said = (response ?? '').replace(/\s+/g, ' ').trim().slice(0, 200);
  if (code === 'ETLS' && responseCode !== undefined) {
    return {
      state: 'refused',
      reason:
        'The mail server offers no encrypted line (STARTTLS), and nothing is sent without one: set smtp.tls and smtp.port as the server needs them.',
    };
  }
  if (responseCode !== undefined && responseCode >= 500) {
    const what =
      code === 'EAUTH'
        ? 'The mail server does not take the user and password of the settings (smtp.user, smtp.password)'
        : 'The mail server answered';
    return { state: 'refused', reason: `${what}: ${said}` };
  }
  if (responseCode !== undefined && responseCode >= 400) {
    return { state: 'later', reason: `The mail server answered: ${said}` };
  }
  if (wasHandedOver) {
    return {
      state: 'unknown',
      reason: 'The mail server broke off before it said whether it has the mail.',
    };
  }
  if (originalCode !== undefined && /CERT|LEAF_SIGNATURE/.test(originalCode)) {
    return {
      state: 'later',
      reason: `The certificate of the mail server is not trusted (${originalCode}): give it one of a known authority, or name its own in NODE_EXTRA_CA_CERTS.`,
    };
  }
  return {
    state: 'later',
    reason: `The mail server could not be reached (${originalCode ?? code ?? 'no answer'}).`,
  };
}
