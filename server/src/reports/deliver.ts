import { setTimeout as pause } from 'node:timers/promises';
import { isAllowed, refusal } from './recipients';
import type { MailTemplate } from './mail';
import type { RunBook } from './run-book';
import type { Delivery } from './run';
import type { Smtp } from './smtp';

export interface DeliverOptions {
  book: RunBook;
  smtp: Smtp;
  allowList: readonly string[];
  /** Pauses before the second try, the third and so on. */
  retryAfterMs: readonly number[];
  now: () => number;
  signal: AbortSignal;
}

/**
 * Mails a run to each recipient that waits, in rounds: whom the mail server does not take now waits for
 * the next. That a mail is being sent is noted before the mail server is asked; what has this note when
 * the server starts was perhaps sent.
 */
export async function deliver(
  run: string,
  mail: MailTemplate,
  options: DeliverOptions,
): Promise<void> {
  const { book, retryAfterMs, signal } = options;
  for (let round = 0; ; round += 1) {
    const waiting = book.get(run).recipients.filter(({ state }) => state === 'queued');
    if (waiting.length === 0) return;
    const wait = retryAfterMs[round];
    for (const { address } of waiting) {
      signal.throwIfAborted();
      await tryOnce(run, address, mail, { ...options, isLast: wait === undefined });
    }
    if (wait === undefined) return;
    if (book.get(run).recipients.some(({ state }) => state === 'queued')) {
      await pause(wait, undefined, { signal });
    }
  }
}

async function tryOnce(
  run: string,
  address: string,
  mail: MailTemplate,
  options: DeliverOptions & { isLast: boolean },
): Promise<void> {
  const { smtp, allowList, isLast } = options;
  const note = (change: Partial<Delivery>): Promise<Delivery> =>
    noteDelivery(options, run, address, change);
  // The list may have become shorter since the run was asked for.
  if (!isAllowed(address, allowList)) {
    await note({ state: 'refused', reason: refusal(address, allowList) });
    return;
  }
  const { message_id: messageId, attempts } = await note({ state: 'sending', reason: null });
  const { state, reason } = await smtp.send({ ...mail, to: address, messageId });
  if (state !== 'later') await note({ state, reason });
  else if (isLast) await note({ state: 'refused', reason: `${reason} Tried ${attempts} times.` });
  else await note({ state: 'queued', reason });
}

async function noteDelivery(
  { book, now }: DeliverOptions,
  run: string,
  address: string,
  change: Partial<Delivery>,
): Promise<Delivery> {
  const at = new Date(now()).toISOString();
  const { recipients } = await book.change(run, (before) => ({
    recipients: before.recipients.map((each) =>
      each.address === address
        ? {
            ...each,
            ...change,
            at,
            attempts: each.attempts + (change.state === 'sending' ? 1 : 0),
          }
        : each,
    ),
  }));
  const changed = recipients.find((each) => each.address === address);
  if (!changed) throw new Error('a recipient was lost');
  return changed;
}
