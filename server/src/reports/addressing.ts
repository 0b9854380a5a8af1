import { badParameter } from '../failure';
import { isAllowed, parseRecipients, requireAllowed } from './recipients';
import type { RunRequest } from './report-request';
import type { Requester } from './requester';
import type { Smtp } from './smtp';

/** To whom reports may be mailed, and to whom they go where nobody is named. */
export class Addressing {
  readonly #allowList: readonly string[];
  readonly #smtp: Pick<Smtp, 'isSet'>;

  constructor(allowList: readonly string[], smtp: Pick<Smtp, 'isSet'>) {
    this.#allowList = allowList;
    this.#smtp = smtp;
  }

  /** @throws Failure naming who is not allowed, or that nobody is named. */
  recipients(request: RunRequest, requester: Requester): string[] {
    const named = parseRecipients(request.recipients ?? []);
    if (request.download_only) {
      if (named.length === 0) return [];
      throw badParameter(
        'recipients',
        'A run with download_only goes to nobody: name no recipients.',
      );
    }
    const recipients = named.length > 0 ? named : this.own(requester);
    this.requireMail(recipients);
    return recipients;
  }

  /** @throws Failure where who asks has no address. */
  own({ email }: Pick<Requester, 'email'>): string[] {
    if (email !== null) return parseRecipients([email]);
    throw badParameter(
      'recipients',
      'Name at least one recipient, or ask with download_only: this caller has no address of its own.',
    );
  }

  /** @throws Failure where mail cannot be sent, or not to one of them. */
  requireMail(recipients: readonly string[]): void {
    requireAllowed(recipients, this.#allowList);
    if (this.#smtp.isSet) return;
    throw badParameter(
      'recipients',
      'No mail server is set: set SECRET_INSIGHTS_SMTP_HOST (smtp.host), or ask with download_only.',
    );
  }

  /** A notice is mail too, so it goes only where mail may go. */
  owner(email: string | null): string | null {
    return email !== null && isAllowed(email.toLowerCase(), this.#allowList)
      ? email.toLowerCase()
      : null;
  }
}
