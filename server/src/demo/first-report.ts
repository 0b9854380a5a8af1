import { setTimeout as pause } from 'node:timers/promises';
import { call } from '../cli/connection';
import type { Connection } from '../cli/connection';

/** Nobody's address: the domain is reserved for examples, and the catcher sends nothing on. */
export const demoRecipient = 'security@example.org';

const wanted = {
  reports: [
    'secret-access-volume',
    'secret-access-log',
    'auth-methods',
    'top-actors',
    'rotation-failures',
  ],
  recipients: demoRecipient,
  subject: 'Your first Secret Insights report (made-up figures)',
};

const weekly = {
  name: 'Weekly access review',
  reports: ['secret-access-log', 'top-actors'],
  recipients: demoRecipient,
  every: 'week',
  on: 'monday',
  at: '07:00',
  workdays_only: true,
};

interface Run {
  run: string;
  status: string;
  files_kept: boolean;
  recipients: { address: string; state: string }[];
}

/** Has a report mailed to the catcher: the first one made, or the newest once more. */
export async function mailFirstReport(connection: Connection): Promise<void> {
  const { schedules } = await ask<{ schedules: unknown[] }>(connection, '/api/v1/schedules');
  if (schedules.length === 0) await ask(connection, '/api/v1/schedules', weekly);
  const { runs } = await ask<{ runs: Run[] }>(connection, '/api/v1/reports?limit=1');
  const [newest] = runs;
  // Somebody may have asked for the newest one by a button, for themselves.
  const isOurs = newest?.recipients.some(({ address }) => address === demoRecipient) ?? false;
  const run =
    newest?.files_kept && isOurs
      ? await ask<Run>(connection, `/api/v1/reports/${newest.run}/resend`, {
          recipients: demoRecipient,
        })
      : await ask<Run>(connection, '/api/v1/reports', wanted);
  await untilMailed(connection, run);
}

async function untilMailed(connection: Connection, { run }: Run): Promise<void> {
  for (;;) {
    const { status, recipients } = await ask<Run>(connection, `/api/v1/reports/${run}`);
    const isUnderWay = status === 'pending' || status === 'generating';
    if (!isUnderWay && recipients.every(({ state }) => !['queued', 'sending'].includes(state)))
      return;
    await pause(100);
  }
}

async function ask<T>(connection: Connection, path: string, body?: unknown): Promise<T> {
  const response = await call(connection, path, {
    ...(body !== undefined && { method: 'POST' as const, body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}
