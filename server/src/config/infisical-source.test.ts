import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig } from './config';
import type { InfisicalSource } from './infisical-source';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-insights-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = '00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978';
const env = { SECRET: 'canary-secret', KEY: key, SHORT: 'canary'.repeat(4), MINUTES: '5' };
const api = {
  name: 'main',
  url: 'https://infisical.example',
  client_id: 'c',
  client_secret: '${SECRET}',
};
const load = (...sources: object[]): InfisicalSource[] => {
  writeFileSync(
    join(folder, 'secret-insights.yaml'),
    stringify({ sources: { infisical: sources } }),
  );
  return loadConfig(env, folder).sources.infisical;
};
const rules = (...given: object[]) => ({ ...api, digest_key: '${KEY}', rules: given });

describe('sources.infisical', () => {
  it('takes several instances, each with its own account', () => {
    const links = { secret: 'https://infisical.example/p/{project_id}?q={secret_key}' };
    const [first, second, third] = load(
      { ...api, audit_logs: 'api', poll_minutes: '${MINUTES}', digest_key: '${KEY}', links },
      { ...api, name: 'eu', projects: ['shop'] },
      { name: 'stream' },
    );
    expect(first).toMatchObject({
      client_secret: 'canary-secret',
      audit_logs: 'api',
      poll_minutes: 5,
      requests_per_minute: 60,
      links,
      rules: [],
    });
    expect(first?.digest_key?.toString('hex')).toBe(key);
    expect(second).toMatchObject({ poll_minutes: 15, projects: ['shop'] });
    expect(third).toMatchObject({ name: 'stream' });
  });

  it('takes the digest key in base64 too', () => {
    const base64 = Buffer.from(key, 'hex').toString('base64');
    env.KEY = base64;
    expect(load({ ...api, digest_key: '${KEY}' })[0]?.digest_key?.toString('hex')).toBe(key);
    env.KEY = key;
  });

  it.each<[object, string]>([
    [{ ...api, name: 'a b' }, '[0].name must be 1 to 64 letters'],
    [{ ...api, url: 'ftp://x' }, '[0].url must be an address such as https://app.infisical.com'],
    [{ ...api, url: undefined }, '[0] must have url, client_id and client_secret together'],
    [{ name: 'a', audit_logs: 'api' }, '[0] must have url, client_id and client_secret for'],
    [{ ...api, audit_logs: 'stream' }, '[0].audit_logs must be api, or {database, table}'],
    [{ ...api, poll_minutes: 0 }, '[0].poll_minutes must be a whole number from 1 to 1440'],
    [{ ...api, polls: 1 }, "[0] must not have 'polls': it may have name, url"],
    [{ ...api, digest_key: '${SHORT}' }, '[0].digest_key must be at least 32 random bytes'],
    [{ ...api, links: { secret: 'javascript:{secret_key}' } }, '[0].links.secret must be an addr'],
    [{ ...api, links: { secret: 'https://x/{value}' } }, 'with any of {org_id} {project_id}'],
    [{ ...api, rules: [{ name: 'r', target: 'value', min_length: 1 }] }, 'must have a digest_key'],
    [rules({ name: 'r', target: 'key' }), '[0].rules[0] must ask for something'],
    [rules({ name: 'r', target: 'key', unique: true }), 'must have target value to be unique'],
    [rules({ name: 'r', target: 'both', prefix: 'a' }), '[0].rules[0].target must be key or value'],
    [rules({ name: 'r', target: 'key', min_length: 9, max_length: 8 }), 'a min_length above'],
    [rules({ name: 'r', target: 'key', pattern: '(?=x)' }), 'must be a pattern of RE2'],
    [rules({ name: 'r', target: 'key', length: 8 }), "must not have 'length': it may have name"],
  ])('refuses %j with a sentence', (source, sentence) => {
    expect(() => load(source)).toThrow(sentence);
    expect(() => load(source)).not.toThrow('canary');
  });

  it.each(['client_secret', 'digest_key'])('refuses a literal %s', (member) => {
    expect(() => load({ ...api, [member]: 'canary'.repeat(8) })).toThrow(
      `${member} of sources.infisical in secret-insights.yaml must not hold the secret itself`,
    );
  });
});
