import { badParameter } from '../failure';
import type { Token, TokenRequest } from '../tokens/token';
import { call } from './connection';
import type { Connection } from './connection';
import { writeList } from './list';
import { printable } from './terminal';

interface Wanted {
  name: string;
  capabilities: string[];
  projects?: string[];
  expires: string;
}

const hour = 3_600_000;
const unitMs: Readonly<Record<string, number>> = { h: hour, d: 24 * hour, w: 7 * 24 * hour };

/** Prints the new token alone on standard output, so that a script can keep it. */
export async function createToken(
  connection: Connection,
  { name, capabilities, projects, expires }: Wanted,
): Promise<void> {
  const request = {
    name,
    capabilities: capabilities as TokenRequest['capabilities'],
    projects: projects ?? null,
    expires_at: expiry(expires),
  } satisfies TokenRequest;
  const body = JSON.stringify(request);
  const response = await call(connection, '/api/v1/tokens', { method: 'POST', body });
  const { id, token } = (await response.json()) as Token & { token: string };
  process.stderr.write(`Token ${id} is made. It is shown this once:\n`);
  process.stdout.write(`${token}\n`);
}

/** `90d`, `12h`, `2w`, an instant or `never`. @throws Failure naming what is allowed. */
export function expiry(text: string, now = Date.now()): string | null {
  if (text === 'never') return null;
  const span = /^(\d{1,5})([hdw])$/.exec(text);
  const instant = span
    ? now + Number(span[1]) * (unitMs[span[2] ?? ''] ?? 0)
    : /^\d{4}-\d{2}-\d{2}/.test(text)
      ? Date.parse(text)
      : NaN;
  if (Number.isNaN(new Date(instant).getTime())) {
    throw badParameter(
      'expires',
      `--expires must be a span such as 90d, 12h or 2w, a date such as 2027-01-31, or never, not '${text}'.`,
    );
  }
  return new Date(instant).toISOString();
}

const headings = ['ID', 'NAME', 'CAPABILITIES', 'PROJECTS', 'CREATED', 'EXPIRES'];

export async function listTokens(connection: Connection): Promise<void> {
  const response = await call(connection, '/api/v1/tokens');
  const { tokens } = (await response.json()) as { tokens: Token[] };
  const rows = tokens.map(({ id, name, capabilities, projects, created_at, expires_at }) => [
    id,
    name,
    capabilities.join(','),
    projects?.join(',') ?? 'all',
    created_at.slice(0, 10),
    expires_at?.slice(0, 10) ?? 'never',
  ]);
  writeList(headings, rows);
}

export async function revokeToken(connection: Connection, id: string): Promise<void> {
  await call(connection, `/api/v1/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' });
  process.stdout.write(`Token ${printable(id)} is revoked.\n`);
}
