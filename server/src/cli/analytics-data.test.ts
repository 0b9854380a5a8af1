import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillReports } from '../../test/akeyless-world';
import { buildServer, command } from '../../test/command';
import { adminToken, startApi } from '../api/testing/start-api';
import type { Api } from '../api/testing/start-api';
import { searchFrom } from './query';

const hasJq = spawnSync('jq', ['--version']).status === 0;

/** The programs that Akeyless's documentation gives, unchanged. */
const programs: readonly [program: string, expected: unknown[]][] = [
  [
    '.usage_reports.sm.secrets_by_types | to_entries[] | select(.value > 100)',
    [
      { key: 'static_secret', value: 340 },
      { key: 'classic_key', value: 210 },
    ],
  ],
  [
    '.usage_reports.sm | {total_clients, total_secrets}',
    [{ total_clients: 18, total_secrets: 550 }],
  ],
  ['.usage_reports.sm.clients_by_auth_method_types', [{ saml2: 11, oidc: 5, ldap: 2 }]],
  [
    '.usage_reports.sm.secrets_by_types | to_entries | sort_by(-.value) | .[:5]',
    [
      [
        { key: 'static_secret', value: 340 },
        { key: 'classic_key', value: 210 },
      ],
    ],
  ],
  [
    '.clients_usage_reports.sm.clients[] | select(.exceeded_clients > 0)',
    [
      {
        access_id: 'p-saml',
        access_type: 'saml2',
        auth_method_name: '/auth/p-saml',
        client_unique_id: 'person1@example.com',
        exceeded_clients: 2,
      },
    ],
  ],
];

describe('get-analytics-data', () => {
  let api: Api;
  let folder: string;
  beforeAll(async () => {
    buildServer();
    folder = mkdtempSync(join(tmpdir(), 'secret-insights-cli-'));
    api = await startApi();
    await fillReports({ store: api.store });
    // Building takes its time where others build too.
  }, 300_000);
  afterAll(async () => {
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    command({ folder, env: { SECRET_INSIGHTS_URL: api.url, SECRET_INSIGHTS_TOKEN: adminToken } }, [
      'get-analytics-data',
      ...args,
    ]);

  it('prints the layout of the sample in its documentation', async () => {
    const { code, stdout, stderr } = await run('--product', 'sm', '--account', 'acc-1a2b3c4d5e6f');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`{
  "date_updated": 1773554400,
  "usage_reports": {
    "sm": {
      "product": "sm",
      "total_clients": 17,
      "clients_by_auth_method_types": {
        "saml2": 10,
        "oidc": 5,
        "ldap": 2
      },
      "total_secrets": 530,
      "secrets_by_types": {
        "static_secret": 320,
        "classic_key": 210
      }
    }
  }
}
`);
  });

  (hasJq ? it.each(programs) : it.skip.each(programs))(
    'feeds jq %s (skipped where jq is not installed)',
    async (program, expected) => {
      const { stdout } = await run('--json');
      const jq = spawnSync('jq', ['-c', program], { input: stdout, encoding: 'utf8' });
      expect(jq.stderr).toBe('');
      const lines = jq.stdout.split('\n').filter((line) => line !== '');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(expected);
    },
  );

  it('says what went wrong, with an exit code of its own', async () => {
    const none = await run('--from', '2026-03-15T09:00:00Z');
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/No account reported its usage in that time/);
    expect((await run('--nonsense')).code).toBe(2);
  });

  it('knows spans that began at a midnight', () => {
    expect(searchFrom(['--from', 'month', '--to=now'], []).toString()).toBe('from=now%2FM&to=now');
  });
});
