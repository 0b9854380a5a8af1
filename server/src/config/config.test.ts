import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, settings } from './config';
import type { Config } from './config';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-insights-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const load = (env: Record<string, string> = {}, yaml?: string): Config => {
  if (yaml !== undefined) file('secret-insights.yaml', yaml);
  return loadConfig(env, folder);
};
const long = 'a-token-of-at-least-24-letters';

describe('without any setting', () => {
  it('the documented defaults hold', () => {
    const config = load();
    expect(config).toMatchObject({
      bind: { host: '127.0.0.1', port: 8085 },
      adminToken: null,
      grafanaToken: null,
      publicUrl: null,
      collectorIdentities: [],
      logLevel: 'info',
      demo: false,
      clickhouse: { url: null, user: 'default', password: '', database: 'secret_insights' },
      limits: {
        bodyBytes: 10 * 2 ** 20,
        unpackedBytes: 100 * 2 ** 20,
        events: 50_000,
        page: 1_000,
        rows: 100_000,
        querySeconds: 30,
        queryMemoryBytes: 2 ** 30,
        connections: 4,
        readSharePercent: 25,
        rawRetentionDays: 400,
        wrongTokensPerMinute: 10,
      },
      grafanaRoles: {
        Viewer: ['insights', 'usage'],
        Editor: ['insights', 'usage', 'audit', 'reports'],
        Admin: ['insights', 'usage', 'audit', 'reports', 'reports:manage'],
      },
      sources: { infisical: [] },
      retention: { projects: {}, pollDays: 90 },
    });
    expect(config.paths.store).toBe(join(folder, 'data', 'store'));
  });

  it('every default that can be written reads back as itself', () => {
    const written = settings.filter(
      ({ env, yaml, default: preset }) => env !== null && yaml !== null && !preset.startsWith('('),
    );
    expect(written.length).toBeGreaterThan(15);
    expect(
      load(Object.fromEntries(written.map(({ env, default: preset }) => [env, preset]))),
    ).toEqual(load());
  });
});

describe('every variable', () => {
  it('can come from a file, without the line break at its end', () => {
    const { adminToken, clickhouse } = load({
      SECRET_INSIGHTS_ADMIN_TOKEN_FILE: file('token', `${long}\n`),
      CLICKHOUSE_PASSWORD_FILE: file('password', ' spaces stay \r\n'),
    });
    expect(adminToken).toBe(long);
    expect(clickhouse.password).toBe(' spaces stay ');
  });

  it('counts as not set where it is empty', () => {
    expect(load({ SECRET_INSIGHTS_BIND: '', CLICKHOUSE_URL: '' })).toEqual(load());
  });

  it('is not given twice, nor by a file that is missing', () => {
    expect(() => load({ CLICKHOUSE_USER: 'a', CLICKHOUSE_USER_FILE: file('b', 'b') })).toThrow(
      'Set CLICKHOUSE_USER or CLICKHOUSE_USER_FILE, not both.',
    );
    expect(() => load({ CLICKHOUSE_USER_FILE: '/nowhere' })).toThrow(
      'CLICKHOUSE_USER_FILE names /nowhere, which cannot be read.',
    );
  });

  it('wins over the file', () => {
    expect(load({ SECRET_INSIGHTS_BIND: '0.0.0.0:80' }, 'bind: "[::1]:9"').bind).toEqual({
      host: '0.0.0.0',
      port: 80,
    });
    expect(load().bind).toEqual({ host: '::1', port: 9 });
  });

  it.each([
    [
      'SECRET_INSIGHTS_BIND',
      '8085',
      'must be host:port, such as 127.0.0.1:8085 or [::1]:8085, not "8085".',
    ],
    ['SECRET_INSIGHTS_BIND', 'localhost:99999', 'must be host:port'],
    [
      'SECRET_INSIGHTS_LIMIT_EVENTS',
      'many',
      'must be a whole number from 1 to 1000000, not "many".',
    ],
    ['SECRET_INSIGHTS_LIMIT_EVENTS', '0', 'must be a whole number from 1 to 1000000'],
    [
      'SECRET_INSIGHTS_RETENTION_POLL_DAYS',
      '0',
      'must be a whole number from 1 to 36500, not "0".',
    ],
    ['SECRET_INSIGHTS_LIMIT_BODY', '10 apples', 'must be a size from 1 KB to 1 GB, such as 10 MB'],
    ['SECRET_INSIGHTS_LIMIT_BODY', '2 GB', 'must be a size from 1 KB to 1 GB'],
    ['SECRET_INSIGHTS_LOG_LEVEL', 'loud', 'must be one of trace, debug, info'],
    ['SECRET_INSIGHTS_DEMO', 'yes please', 'must be true or false'],
    [
      'SECRET_INSIGHTS_GRAFANA_VIEWER',
      'insights,admin',
      'must be a list of any of insights, audit, usage',
    ],
    ['CLICKHOUSE_DATABASE', 'a; DROP TABLE x', 'must be a name of letters, digits and underscores'],
    ['CLICKHOUSE_URL', 'ftp://example.org', 'must be an address such as https://example.org:8443'],
    ['SECRET_INSIGHTS_PUBLIC_URL', 'javascript:alert(1)', 'must be an address'],
  ])('%s=%s is refused with what is allowed', (env, value, sentence) => {
    expect(() => load({ [env]: value })).toThrow(`${env} ${sentence}`);
  });

  it.each([
    ['SECRET_INSIGHTS_ADMIN_TOKEN', 'short-canary'],
    ['CLICKHOUSE_URL', 'https://user:canary@example.org'],
  ])('%s is not repeated where it is refused', (env, value) => {
    expect(() => load({ [env]: value })).toThrow(new RegExp(`^${env} must be (?!.*canary)`));
  });
});

describe('secret-insights.yaml', () => {
  it('says everything, with the environment filled in', () => {
    const config = load(
      { HOST: 'db.example.org', DB_PASSWORD: 'p$1', NAME_FILE: file('name', 'eu-west\n') },
      `
bind: 127.0.0.1:9000
publicUrl: https://insights.example.org/
collector_identities: [id-1, id-2]
limits: { body: 20 MB, rows: "500" }
grafana:
  roles: { viewer: [], editor: [insights] }
clickhouse:
  url: https://\${HOST}:8443
  password: \${DB_PASSWORD}
sources:
  infisical:
    - name: \${NAME}
      audit_logs: { database: infisical, table: audit_logs }
    - name: stream
`,
    );
    expect(config).toMatchObject({
      bind: { host: '127.0.0.1', port: 9000 },
      publicUrl: 'https://insights.example.org',
      collectorIdentities: ['id-1', 'id-2'],
      limits: { bodyBytes: 20 * 2 ** 20, rows: 500 },
      grafanaRoles: { Viewer: [], Editor: ['insights'] },
      clickhouse: { url: 'https://db.example.org:8443', password: 'p$1' },
      sources: {
        infisical: [
          { name: 'eu-west', audit_logs: { database: 'infisical', table: 'audit_logs' } },
          { name: 'stream' },
        ],
      },
    });
  });

  it.each([
    ['clickhouse: { password: hunter2 }', 'password: ${CLICKHOUSE_PASSWORD}'],
    ['clickhouse: { password: "${A}hunter2" }', 'CLICKHOUSE_PASSWORD_FILE'],
    [`admin_token: hunter2-${long}`, 'admin_token: ${SECRET_INSIGHTS_ADMIN_TOKEN}'],
    [`client: { token: hunter2-${long} }`, 'token: ${SECRET_INSIGHTS_TOKEN}'],
    ['grafana_token: 123456789012345678901234', 'grafana_token: ${SECRET_INSIGHTS_GRAFANA_TOKEN}'],
  ])('%s is refused, showing how', (yaml, sentence) => {
    let said = '';
    try {
      load({ A: 'x' }, yaml);
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain('must not hold the secret itself');
    expect(said).toContain(sentence);
    expect(said).not.toContain('hunter2');
  });

  it.each([
    ['limts: {}', "secret-insights.yaml has no setting 'limts'. Here it has: bind, data,"],
    [
      'limits: { bodies: 1 }',
      "secret-insights.yaml has no setting 'limits.bodies'. Here it has: body,",
    ],
    ['limits: 3', 'limits must be a mapping of settings.'],
    ['- bind', 'secret-insights.yaml must be a mapping of settings.'],
    [
      'limits: { events: many }',
      'limits.events must be a whole number from 1 to 1000000, not "many".',
    ],
    [
      'sources: { infisical: [{ name: a }, { name: a }] }',
      'sources.infisical must be a list of {name, url, client_id',
    ],
    [
      'sources: { infisical: [{ name: a, audit_logs: { database: "a.b", table: c } }] }',
      'sources.infisical[0].audit_logs',
    ],
    [
      'publicUrl: https://${HOST}',
      'publicUrl in secret-insights.yaml refers to ${HOST}: set HOST or HOST_FILE',
    ],
    ['a: "canary', 'is not YAML (at character'],
  ])('%s is refused in one sentence', (yaml, sentence) => {
    expect(() => load({}, yaml)).toThrow(sentence);
    expect(() => load({}, yaml)).not.toThrow('canary');
  });

  it('must exist where it is named', () => {
    expect(() => load({ SECRET_INSIGHTS_CONFIG: 'other.yaml' })).toThrow(
      `${join(folder, 'other.yaml')} does not exist.`,
    );
    file('other.yaml', 'log_level: warn');
    expect(load({ SECRET_INSIGHTS_CONFIG: 'other.yaml' }).logLevel).toBe('warn');
  });
});

it('every setting is documented, under names of its own', () => {
  const given = (names: (string | null)[]): string[] => names.filter((name) => name !== null);
  for (const names of [
    given(settings.map(({ env }) => env)),
    given(settings.map(({ yaml }) => yaml)),
  ]) {
    expect(names.length).toBeGreaterThan(25);
    expect(new Set(names).size).toBe(names.length);
  }
  for (const { description } of settings) expect(description).toMatch(/^[A-Z].{10,}\.$/);
});
