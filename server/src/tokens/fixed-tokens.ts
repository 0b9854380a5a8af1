import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/config';
import { Failure } from '../failure';
import { newToken } from './secret';
import { adminCapabilities, grafanaTokenCapabilities } from './token';
import type { Tokens } from './tokens';

type FixedTokenSettings = Pick<Config, 'adminToken' | 'grafanaToken'> & {
  paths: Pick<Config['paths'], 'adminToken' | 'grafanaToken'>;
};

/** The tokens of the administrator and of Grafana: from the settings, else from files of the first start. */
export function registerFixedTokens(
  tokens: Tokens,
  { adminToken, grafanaToken, paths }: FixedTokenSettings,
): void {
  const admin = adminToken ?? ensureTokenFile(paths.adminToken);
  const grafana = grafanaToken ?? ensureTokenFile(paths.grafanaToken);
  if (admin === grafana) {
    throw new Failure(
      'conflict',
      'The admin token and the Grafana token must differ: their rights do.',
    );
  }
  tokens.register('admin', admin, adminCapabilities);
  tokens.register('grafana', grafana, grafanaTokenCapabilities);
}

/** The token in a file that only its owner can read; written when it is missing. */
export function ensureTokenFile(file: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    const token = newToken();
    // `wx` never follows or overwrites what is there, so two starts agree on one token.
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  chmodSync(file, 0o600);
  const token = readFileSync(file, 'utf8').trim();
  if (token.length < 24) {
    throw new Failure(
      'conflict',
      `${file} holds no token: delete it, and the next start writes a new one.`,
    );
  }
  return token;
}
