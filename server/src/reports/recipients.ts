import { z } from 'zod';
import { badParameter } from '../failure';

const most = 20;
/** What a mail server could take; no quoted local parts, which nobody has and parsers disagree about. */
const address = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?$/;

/** A list, or text with commas or semicolons as a form gives it. */
export const recipientsSchema = z.union([z.string().max(10_000), z.array(z.string()).max(200)]);

/** Trimmed, in small letters, each once. @throws Failure naming what is no address, or too many. */
export function parseRecipients(given: z.infer<typeof recipientsSchema>): string[] {
  const words = (typeof given === 'string' ? given.split(/[,;]/) : given)
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
  const addresses = [...new Set(words)];
  const wrong = addresses.find((each) => !address.test(each));
  if (wrong !== undefined) {
    throw badParameter('recipients', `'${wrong}' is not an e-mail address.`);
  }
  if (addresses.length > most) {
    throw badParameter(
      'recipients',
      `A report goes to at most ${most} recipients, not ${addresses.length}.`,
    );
  }
  return addresses;
}

/** Whether the list of the settings, of addresses and domains, lets mail go to an address. */
export function isAllowed(recipient: string, allowList: readonly string[]): boolean {
  const domain = recipient.slice(recipient.lastIndexOf('@') + 1);
  return allowList.some((entry) => {
    const wanted = entry.trim().toLowerCase();
    return wanted === recipient || wanted.replace(/^@/, '') === domain;
  });
}

/** @throws Failure that says which setting lets mail go there. */
export function requireAllowed(recipients: readonly string[], allowList: readonly string[]): void {
  const refused = recipients.find((recipient) => !isAllowed(recipient, allowList));
  if (refused !== undefined) throw badParameter('recipients', refusal(refused, allowList));
}

export function refusal(recipient: string, allowList: readonly string[]): string {
  const setting = 'SECRET_INSIGHTS_REPORT_RECIPIENTS (reports.recipients)';
  return allowList.length === 0
    ? `Reports may be mailed to nobody yet: name the addresses and domains they may go to in ${setting}.`
    : `Reports may not be mailed to ${recipient}: an administrator can add it to ${setting}.`;
}
