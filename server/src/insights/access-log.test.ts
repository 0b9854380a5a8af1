import { ask, everyone, now, openTestStore } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import type { Insights } from './insights';

const orgId = '11111111-0000-4000-8000-000000000001';
const hour = 3_600_000;

function event(
  index: number,
  eventType: string,
  eventMetadata: Record<string, unknown>,
  actor: [string, Record<string, unknown>],
  at = now - index * hour,
) {
  const createdAt = new Date(at).toISOString();
  return {
    id: `11111111-0000-4000-9000-${String(index).padStart(12, '0')}`,
    orgId,
    projectId: index % 2 === 0 ? 'p-even' : 'p-odd',
    actor: actor[0],
    actorMetadata: actor[1],
    eventType,
    eventMetadata,
    ipAddress: '192.0.2.9',
    userAgent: 'x',
    userAgentType: 'cli',
    createdAt,
    updatedAt: createdAt,
  };
}

const secret = { environment: 'prod', secretPath: '/db', secretKey: 'URL', secretId: 's' };
const folder = { environment: 'prod', secretPath: '/db', secrets: [{ secretKey: 'A' }] };
const ann: [string, Record<string, unknown>] = [
  'user',
  { userId: 'u', email: 'ann@example.test', username: 'ann' },
];
const identity: [string, Record<string, unknown>] = ['identity', { identityId: 'i-1' }];

const events = [
  event(1, 'get-secret', secret, ['user', { userId: 'u', name: 'Ann Lee', username: 'ann' }]),
  event(2, 'get-secrets', { ...folder, secretKey: 'NOT-SHOWN' }, ann),
  event(3, 'dashboard-get-secret-value', secret, [
    'user',
    { userId: 'u', email: 'e@example.test' },
  ]),
  event(4, 'create-secret', secret, identity),
  event(5, 'create-secrets', folder, ['identity', { identityId: 'i-2', name: 'ci' }]),
  event(6, 'update-secret', secret, ann),
  event(7, 'update-secrets', folder, ann),
  event(8, 'delete-secret', secret, ann),
  event(9, 'delete-secrets', folder, ['service', { serviceId: 's-1' }]),
  event(10, 'create-dynamic-secret-lease', secret, ann),
  event(11, 'reveal-secret', secret, ann),
  event(12, 'get-secret', secret, ann, now - 31 * 24 * hour),
  event(13, 'get-secret', secret, ['identity', { identityId: 'i-collector', name: 'collector' }]),
];

let test: TestStore;
let insights: Insights;
beforeAll(async () => {
  test = await openTestStore();
  await test.ingest([...events, ...events.slice(0, 5)]);
  await test.ingest(events);
  insights = await test.insights({ collectorIdentities: ['i-collector'] });
});

describe('access-log', () => {
  it('has a row for each event of the nine types, newest first, whatever came twice', async () => {
    const { rows, columns } = await ask(insights, 'access-log');
    expect(rows.map((row) => row.event)).toEqual(
      events.slice(0, 9).map(({ eventType }) => eventType),
    );
    expect(columns.map(({ key }) => key)).toEqual([
      'time',
      'actor_type',
      'actor_name',
      'actor_email',
      'event',
      'secret_key',
      'environment',
      'secret_path',
      'ip',
    ]);
  });

  it('names actors by name, username, e-mail and identity id, in this order', async () => {
    const { rows } = await ask(insights, 'access-log');
    expect(rows.map((row) => [row.actor_type, row.actor_name, row.actor_email])).toEqual([
      ['User', 'Ann Lee', ''],
      ['User', 'ann', 'ann@example.test'],
      ['User', 'e@example.test', 'e@example.test'],
      ['Identity', 'i-1', ''],
      ['Identity', 'ci', ''],
      ['User', 'ann', 'ann@example.test'],
      ['User', 'ann', 'ann@example.test'],
      ['User', 'ann', 'ann@example.test'],
      ['Service', '', ''],
    ]);
  });

  it('names no key where many secrets were touched at once', async () => {
    const { rows } = await ask(insights, 'access-log');
    for (const { event: type, secret_key: key } of rows) {
      expect(key).toBe(String(type).endsWith('-secrets') ? '' : 'URL');
    }
  });

  it('answers for at most 90 days, and only to who may see events', async () => {
    const days = (count: number) => ({ from: now - count * 24 * hour, to: now });
    await expect(ask(insights, 'access-log', { range: days(90) })).resolves.toMatchObject({
      meta: { rows: 10 },
    });
    await expect(
      ask(insights, 'access-log', { range: { ...days(90), from: days(90).from - 1 } }),
    ).rejects.toThrow('access-log answers for at most 90 days: choose a later from.');
    await expect(
      ask(insights, 'access-log', {
        caller: { ...everyone, capabilities: new Set(['insights', 'reports']) },
      }),
    ).rejects.toThrow("access-log needs the right 'audit'");
  });

  it('keeps to the projects in scope', async () => {
    const { rows } = await ask(insights, 'access-log', {
      caller: { ...everyone, projects: ['p-even'] },
    });
    expect(rows.map((row) => row.event)).toEqual([
      'get-secrets',
      'create-secret',
      'update-secret',
      'delete-secret',
    ]);
  });
});
