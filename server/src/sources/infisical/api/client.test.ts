import {
  InfisicalStandIn,
  collectorIdentity,
  credentials,
} from '../../../../test/infisical-stand-in';
import type { Fault } from '../../../../test/infisical-stand-in';
import { project, rotation, secret } from '../../../../test/infisical-world';
import { InfisicalClient } from './client';
import type { ClientOptions } from './client';
import { auditLogs, projects, rotations, secrets } from './questions';
import type { Secret } from './questions';

let standIn: InfisicalStandIn;
let stop: AbortController;
let identities: string[];
beforeEach(async () => {
  standIn = await InfisicalStandIn.start();
  standIn.projects = [
    project('shop', { prod: [secret('A', 'value-of-a'), secret('B', 'value-of-b')], dev: [] }),
  ];
  stop = new AbortController();
  identities = [];
});
afterEach(() => standIn.close());

const quick = { attempts: 3, firstWaitMs: 5, mostWaitMs: 3_000 };
const client = (more: Partial<ClientOptions> = {}): InfisicalClient =>
  new InfisicalClient({
    url: standIn.url,
    ...credentials,
    requestsPerMinute: 10_000,
    signal: stop.signal,
    onIdentity: async (id) => void identities.push(id),
    patience: quick,
    ...more,
  });
const keys = async (from: InfisicalClient): Promise<string[]> => {
  const [shop] = await projects(from);
  if (!shop) throw new Error('no project');
  const question = { project: shop, environment: 'prod', withValues: false };
  return secrets(from, question, ({ secretKey }: Secret) => secretKey);
};
const secretsPath = /\/v4\/secrets$/;
const fail = (how: Fault['how'], times = 1, path = secretsPath): void => {
  standIn.faults.push({ path, times, how });
};

describe('signing in', () => {
  it('happens once for many questions, and tells who we are first', async () => {
    const asking = client();
    await Promise.all([projects(asking), projects(asking), keys(asking)]);
    expect(standIn.logins).toBe(1);
    expect(identities).toEqual([collectorIdentity]);
    expect(standIn.log[0]?.path).toBe('/api/v1/auth/universal-auth/login');
  });

  it('happens again before the token expires', async () => {
    let time = Date.now();
    standIn.now = () => time;
    standIn.tokenSeconds = 600;
    const asking = client({ now: () => time });
    await projects(asking);
    time += 539_000;
    await projects(asking);
    expect(standIn.logins).toBe(1);
    time += 2_000;
    await Promise.all([projects(asking), projects(asking)]);
    expect(standIn.logins).toBe(2);
    expect(standIn.log.map(({ status }) => status)).not.toContain(401);
  });

  it('happens again once a token was revoked, and is given up where that does not help', async () => {
    const asking = client();
    await projects(asking);
    standIn.revokeTokens();
    expect(await keys(asking)).toEqual(['A', 'B']);
    expect(standIn.logins).toBe(2);
    fail({ status: 401 }, 9);
    await expect(keys(asking)).rejects.toThrow('does not accept the access token it gave (401)');
    expect(standIn.logins).toBe(3);
  });

  it('is not tried again for five minutes where the credentials are wrong', async () => {
    let time = 0;
    const asking = client({ clientSecret: 'canary', now: () => time });
    const sentence = 'check client_id and client_secret of the source';
    await expect(projects(asking)).rejects.toThrow(sentence);
    time += 299_000;
    await expect(projects(asking)).rejects.toThrow(sentence);
    expect(standIn.log).toHaveLength(1);
    time += 2_000;
    await expect(projects(asking)).rejects.not.toThrow('canary');
    expect(standIn.log).toHaveLength(2);
  });
});

describe('what is asked', () => {
  it('never is a value, unless values are wanted', async () => {
    const asking = client();
    const [shop] = await projects(asking);
    if (!shop) throw new Error('no project');
    const take = ({ secretValue }: Secret): string => secretValue;
    const question = { project: shop, environment: 'prod', withValues: false };
    expect(await secrets(asking, question, take)).toEqual(Array(2).fill('<hidden-by-infisical>'));
    expect(standIn.asked(secretsPath).map(({ query }) => query)).toEqual([
      {
        projectId: 'project-shop',
        environment: 'prod',
        secretPath: '/',
        viewSecretValue: 'false',
        recursive: 'true',
        include_imports: 'false',
        expandSecretReferences: 'false',
      },
    ]);
    expect(await secrets(asking, { ...question, withValues: true }, take)).toEqual([
      'value-of-a',
      'value-of-b',
    ]);
  });

  it('is what Infisical has, without personal values over shared secrets', async () => {
    const [shop] = standIn.projects;
    shop?.environments[0]?.secrets.push(
      secret('MINE', 'x', { type: 'personal' }),
      secret('DEEP', 'x', { secretPath: '/a/b' }),
    );
    shop?.rotations.push(rotation('main'));
    const asking = client({ url: `${standIn.url}/api/` });
    expect(await keys(asking)).toEqual(['A', 'B', 'DEEP']);
    const [found] = await projects(asking);
    expect(found && (await rotations(asking, found))).toMatchObject([
      { name: 'main', nextRotationAt: Date.parse('2026-04-04T04:30:00Z') },
    ]);
  });

  it('is not more a minute than allowed', async () => {
    const asking = client({ requestsPerMinute: 3 });
    const all = [projects(asking), projects(asking), projects(asking)];
    await Promise.all(all.slice(0, 2));
    stop.abort(new Error('stopped'));
    await expect(all[2]).rejects.toThrow();
    // The login and two lists; the third list was waiting.
    expect(standIn.log).toHaveLength(3);
  });
});

describe('what passes is tried again', () => {
  it.each<[string, Fault['how']]>([
    ['a reset', 'reset'],
    ['an answer that breaks off', 'half'],
    ['a failure of the server', { status: 502 }],
    ['half an answer that claims to be whole', { status: 200, body: '{"secrets":[{"id":' }],
  ])('%s', async (_, how) => {
    fail(how, 2);
    expect(await keys(client())).toEqual(['A', 'B']);
    expect(standIn.asked(secretsPath)).toHaveLength(3);
  });

  it('after as long as the server says', async () => {
    fail({ status: 429, headers: { 'retry-after': '1' } });
    const started = performance.now();
    expect(await keys(client())).toEqual(['A', 'B']);
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it('silence', async () => {
    fail('hang');
    const limits = { silenceMs: 150, bodyBytes: 1e6 };
    expect(await keys(client({ limits }))).toEqual(['A', 'B']);
  });
});

describe('what does not pass is a sentence', () => {
  it.each<[Fault['how'], string]>([
    [{ status: 403 }, "refuses the secrets of 'prod' in project 'SHOP' (403): give the machine"],
    [{ status: 404 }, 'it was deleted, or this version of Infisical does not have the call'],
    [{ status: 422 }, '(422): its version or its plan may not have what was asked for'],
    [{ status: 302, headers: { location: 'http://x/' } }, 'set url of the source to the address'],
    [{ status: 429, headers: { 'retry-after': '9' } }, 'lower requests_per_minute of the source'],
    [{ status: 500 }, 'failed (500) when it was asked for the secrets'],
    ['half', 'broke off while it answered with the secrets'],
    ['reset', 'No Infisical answers at http://127.0.0.1:'],
    [{ status: 200, headers: { 'content-type': 'text/html' } }, 'check url in the settings'],
    [{ status: 200, body: '{}' }, "in a form that is not known here (at 'secrets')"],
    [{ status: 200, body: '{"secrets":[{"id":7,"secretValue":"canary"}]}' }, "(at 'id')"],
  ])('%j', async (how, sentence) => {
    fail(how, 9);
    await expect(keys(client())).rejects.toThrow(sentence);
    await expect(keys(client())).rejects.not.toThrow('canary');
  });

  it('where an answer is too large, or silent for too long', async () => {
    const small = { silenceMs: 5_000, bodyBytes: 1_000 };
    const [environment] = standIn.projects[0]?.environments ?? [];
    environment?.secrets.push(secret('LARGE', 'x', { secretComment: 'x'.repeat(1_000) }));
    await expect(keys(client({ limits: small }))).rejects.toThrow('is larger than 0 MB');
    expect(standIn.asked(secretsPath)).toHaveLength(1);
    fail('hang', 9);
    const short = { silenceMs: 100, bodyBytes: 1e6 };
    await expect(keys(client({ limits: short }))).rejects.toThrow('said nothing for 0.1 s');
  });

  it('and a range that Infisical does not take is refused', async () => {
    const to = Date.parse('2026-06-01T00:00:00Z');
    const page = { from: Date.parse('2026-02-28T00:00:00Z'), to, offset: 0, limit: 1_000 };
    await expect(auditLogs(client(), page)).rejects.toThrow('(422)');
  });
});

it('stops in the middle of a request', async () => {
  fail('hang');
  const asked = keys(client());
  setTimeout(() => stop.abort(new Error('stopped')), 100);
  await expect(asked).rejects.toThrow('stopped');
});
