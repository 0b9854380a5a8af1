import type { Pseudonymised } from '../retention/pseudonymise';
import { call } from './connection';
import type { Connection } from './connection';
import { printable } from './terminal';

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** Prints what was changed and, alone on standard output, the pseudonym. */
export async function pseudonymiseActor(connection: Connection, id: string): Promise<void> {
  const path = `/api/v1/actors/${encodeURIComponent(id)}/pseudonymise`;
  const response = await call(connection, path, { method: 'POST' });
  const { pseudonym, events, mentions, spans, notes } = (await response.json()) as Pseudonymised;
  const lines = [
    `The actor ${printable(id)} is replaced for good:`,
    `  ${counted(events, 'event', 'events')} of its own`,
    `  ${counted(mentions, 'event', 'events')} of others that named it`,
    `  ${counted(spans, 'counted day or hour', 'counted days and hours')}`,
    ...notes,
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.stdout.write(`${pseudonym}\n`);
}
