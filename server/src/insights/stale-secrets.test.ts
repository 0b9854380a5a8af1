import { now } from '../../test/harness';
import { day, openPostureStore, secret } from '../../test/posture-store';
import type { PostureStore } from '../../test/posture-store';
import { columnsOf } from '../../test/rows';

describe('stale-secrets', () => {
  let test: PostureStore;
  beforeEach(async () => {
    test = await openPostureStore();
  });
  afterEach(() => test.close());

  const keys = async (...asked: Parameters<PostureStore['rows']>) =>
    (await test.rows(...asked)).map((row) => row.secret_key);

  it('begins after 90 days and not with them', async () => {
    await test.poll([
      secret('exactly', { updatedAt: now - 90 * day }),
      secret('just after', { updatedAt: now - 90 * day - 1 }),
      secret('long ago', { updatedAt: now - 400 * day }),
      secret('just before', { updatedAt: now - 90 * day + 1 }),
      secret('never said', { updatedAt: null }),
    ]);
    const rows = await test.rows('stale-secrets');
    expect(columnsOf(rows, 'secret_key', 'days_since_update')).toEqual([
      { secret_key: 'long ago', days_since_update: 400 },
      { secret_key: 'just after', days_since_update: 90 },
    ]);
    expect(await keys('stale-secrets', { stale_days: '89' })).toHaveLength(4);
    expect(await keys('stale-secrets', { stale_days: 399 })).toEqual(['long ago']);
  });

  it('counts 24 hours a day over a leap day', async () => {
    await test.poll([secret('a', { updatedAt: Date.parse('2024-02-28T12:00:00Z') })], now - day);
    const days = async (asOf: string) =>
      (await test.rows('stale-secrets', { stale_days: 1, as_of: asOf }))[0]?.days_since_update;
    const [row] = await test.rows('stale-secrets', { stale_days: 1 });
    // 2024-02-28 to 2026-03-15 holds one 29 February.
    expect(row?.days_since_update).toBe(745);
    expect(await days('2026-03-15T10:30:00.000Z')).toBe(745);
  });

  it('takes the moment that is asked for, and none in the future', async () => {
    await test.poll([secret('a', { updatedAt: now - 100 * day })], now - 20 * day);
    await test.poll([], now - 5 * day);
    expect(await keys('stale-secrets')).toEqual([]);
    expect(await keys('stale-secrets', { as_of: 'now-6d' })).toEqual(['a']);
    expect(await keys('stale-secrets', { as_of: String(now - 5 * day - 1) })).toEqual(['a']);
    expect(await keys('stale-secrets', { as_of: now - 5 * day })).toEqual([]);
    // 89 days after its change.
    expect(await keys('stale-secrets', { as_of: 'now-11d' })).toEqual([]);
    await expect(test.rows('stale-secrets', { as_of: 'now+1m' })).rejects.toThrow(
      'as_of must not be in the future, and 2026-03-15T10:31:00.000Z is: leave it out to ask for now.',
    );
    await expect(test.rows('stale-secrets', { as_of: 'yesterday' })).rejects.toThrow(
      /^as_of must be a time such as .* not "yesterday"\.$/,
    );
  });

  it('says what nothing is known of instead of showing nothing', async () => {
    const empty = await test.result('stale-secrets');
    expect(empty.rows).toEqual([]);
    expect(empty.meta.notices.map(({ text }) => text)).toEqual([
      'Unknown: no inventory was read here yet. Let a source read one in the settings, under sources.',
    ]);
    await test.poll([secret('a', { updatedAt: now })], now - day);
    const then = await test.result('stale-secrets', { as_of: 'now-2d' });
    expect(then.meta.notices.map(({ text }) => text)).toEqual([
      'Unknown: the inventory is known from 2026-03-14T10:30:00.000Z on, and not at 2026-03-13T10:30:00.000Z.',
    ]);
    const none = await test.result('stale-secrets');
    expect(none.meta.notices.map(({ text }) => text)).toEqual([
      'Nothing matches at 2026-03-15T10:30:00.000Z.',
    ]);
    await test.poll([], now - day / 2, { project: 'project-b' });
    const some = await test.result('stale-secrets', { as_of: 'now-18h' });
    expect(some.meta.notices.map(({ text }) => text)).toEqual([
      '1 of 2 projects or sources had not been read at that time and are left out.',
    ]);
  });

  it('links to the secret where its source has a template', async () => {
    await test.poll([secret('A&B', { updatedAt: 0, secretPath: '/a b/ü' })]);
    const template =
      'https://infisical.example/{project_id}/{environment}?path={secret_path}&search={secret_key}';
    const linked = async (secretLink: string) =>
      (await test.result('stale-secrets', {}, {}, { links: { main: { secret: secretLink } } }))
        .rows[0]?.link;
    expect(await linked(template)).toBe(
      'https://infisical.example/project-a/prod?path=%2Fa%20b%2F%C3%BC&search=A%26B',
    );
    expect(await linked('javascript:alert({secret_key})')).toBeNull();
    expect((await test.rows('stale-secrets'))[0]?.link).toBeNull();
  });

  it('leaves out secrets of an environment that is gone', async () => {
    const old = { updatedAt: 0 };
    const environment = { kind: 'environment', id: 'e1', name: 'prod' };
    await test.poll([environment, secret('a', old)], now - 3 * day);
    expect(await keys('stale-secrets')).toEqual(['a']);
    await test.poll([secret('a', old)], now - 2 * day);
    expect(await keys('stale-secrets')).toEqual([]);
    await test.poll([{ ...environment, id: 'e2' }, secret('a', old)], now - day);
    expect(await keys('stale-secrets')).toEqual(['a']);
    expect(await keys('stale-secrets', { as_of: 'now-36h' })).toEqual([]);
  });
});
