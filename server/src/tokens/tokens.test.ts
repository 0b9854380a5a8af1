import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEngine } from '../store/embedded-engine';
import { migrate } from '../store/migrate';
import { sql } from '../store/sql';
import { StateLog } from '../store/state-log';
import { Store } from '../store/store';
import { ensureTokenFile, registerFixedTokens } from './fixed-tokens';
import { adminCapabilities, grafanaTokenCapabilities } from './token';
import { Tokens } from './tokens';

const folder = mkdtempSync(join(tmpdir(), 'secret-insights-tokens-'));
const now = Date.parse('2026-03-15T10:30:00Z');
const token = { name: 'CI', capabilities: ['insights'] as const, projects: null, expiresAt: null };
let store: Store;
let time = now;
const open = async (): Promise<Tokens> => new Tokens(await StateLog.replay(store), () => time);

beforeAll(async () => {
  const engine = await EmbeddedEngine.open(join(folder, 'store'), 2);
  store = new Store(engine, 'secret_insights', { seconds: 30, memoryBytes: 1e9 });
  await migrate(store);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  time = now;
});

describe('a token', () => {
  it('works in the next start too, until it is revoked', async () => {
    const { secret, token: made } = await (await open()).create(token);
    const next = await open();
    expect(next.verify(secret)).toEqual(made);
    expect(next.verify(`${secret}x`)).toBeNull();
    await next.revoke(made.id);
    expect(next.verify(secret)).toBeNull();
    expect((await open()).verify(secret)).toBeNull();
    await expect(next.revoke(made.id)).rejects.toMatchObject({ kind: 'unknown' });
  });

  it('is random, and kept as a hash alone', async () => {
    const tokens = await open();
    const made = await Promise.all(Array.from({ length: 5 }, () => tokens.create(token)));
    const secrets = made.map(({ secret }) => secret);
    expect(new Set(secrets).size).toBe(5);
    const kept = JSON.stringify(
      await store.rows(sql`SELECT body FROM ${store.table('state_log')}`, { surface: 'state' }),
    );
    for (const secret of secrets) {
      expect(secret).toMatch(/^si_[A-Za-z0-9_-]{43}$/);
      expect(kept).not.toContain(secret.slice(3));
    }
    expect(JSON.stringify(tokens.list())).not.toContain('hash');
  });

  it('stops at the instant it expires', async () => {
    const tokens = await open();
    const { secret } = await tokens.create({ ...token, expiresAt: now + 1_000 });
    time = now + 999;
    expect(tokens.verify(secret)).not.toBeNull();
    time = now + 1_000;
    expect(() => tokens.verify(secret)).toThrow('This token expired at 2026-03-15T10:30:01.000Z');
    await expect(tokens.create({ ...token, expiresAt: time })).rejects.toMatchObject({
      field: 'expires_at',
    });
  });
});

describe('the tokens of the first start', () => {
  const at = (name: string) => {
    const data = join(folder, name);
    return {
      adminToken: null,
      grafanaToken: null,
      paths: {
        data,
        store: data,
        spool: data,
        adminToken: join(data, 'admin-token'),
        grafanaToken: join(data, 'grafana-token'),
      },
    };
  };

  it('are written once, for their owner alone', async () => {
    const settings = at('first');
    const first = await open();
    const before = first.list().length;
    registerFixedTokens(first, settings);
    const admin = readFileSync(settings.paths.adminToken, 'utf8').trim();
    const grafana = readFileSync(settings.paths.grafanaToken, 'utf8').trim();
    for (const file of [settings.paths.adminToken, settings.paths.grafanaToken]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    const second = await open();
    registerFixedTokens(second, settings);
    registerFixedTokens(second, settings);
    expect(second.list()).toHaveLength(before + 2);
    expect(second.verify(admin)).toMatchObject({
      id: 'admin',
      capabilities: adminCapabilities,
      fixed: true,
    });
    expect(second.verify(grafana)).toMatchObject({
      id: 'grafana',
      capabilities: grafanaTokenCapabilities,
    });
    await expect(second.revoke('admin')).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('are not written where settings give them, and end with the settings', async () => {
    const settings = {
      ...at('given'),
      adminToken: 'given-admin-token-for-this-test',
      grafanaToken: 'given-grafana-token-for-this-test',
    };
    const tokens = await open();
    registerFixedTokens(tokens, settings);
    expect(() => statSync(settings.paths.adminToken)).toThrow('ENOENT');
    expect(tokens.verify(settings.adminToken)).not.toBeNull();
    expect((await open()).verify(settings.adminToken)).toBeNull();
  });

  it('must differ, and be tokens', async () => {
    const same = 'one-token-for-both-is-too-few';
    const tokens = await open();
    expect(() =>
      registerFixedTokens(tokens, { ...at('same'), adminToken: same, grafanaToken: same }),
    ).toThrow('must differ');
    const file = join(folder, 'empty');
    writeFileSync(file, '\n', { mode: 0o644 });
    expect(() => ensureTokenFile(file)).toThrow('holds no token');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
