import { call } from './connection';
import type { Connection } from './connection';

/** Prints how many digests were forgotten. */
export async function forgetDigests(connection: Connection, source?: string): Promise<void> {
  const query = source === undefined ? '' : `?source=${encodeURIComponent(source)}`;
  const response = await call(connection, `/api/v1/digests${query}`, { method: 'DELETE' });
  const { digests } = (await response.json()) as { digests: number };
  const counted = `${digests.toLocaleString('en-US')} ${digests === 1 ? 'digest is' : 'digests are'}`;
  process.stdout.write(`${counted} forgotten.\n`);
  process.stderr.write(
    'The next poll makes them again, unless digest_key is taken out of the settings first.\n',
  );
}
