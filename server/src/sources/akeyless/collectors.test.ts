import { analyticsAnswer, client } from '../../../test/akeyless-world';
import { account } from '../../../test/akeyless-records';
import {
  accessId,
  accessKey,
  someAuthMethods,
  someItems,
  startAkeyless,
} from '../../../test/akeyless-stand-in';
import type { AkeylessStandIn } from '../../../test/akeyless-stand-in';
import { ask, now, openTestStore } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import type { AkeylessSource } from '../../config/akeyless-source';
import { sql } from '../../store/sql';
import type { Poll } from '../../store/inventory/polls';
import { AkeylessCollectors } from './collectors';

describe('asking Akeyless', () => {
  let test: TestStore;
  let akeyless: AkeylessStandIn;
  let attempts: Poll[];
  let unexpected: unknown[];
  let time: number;
  const running: AkeylessCollectors[] = [];

  beforeEach(async () => {
    test = await openTestStore();
    akeyless = await startAkeyless();
    akeyless.analytics = report('2026-03-15T06:00:00Z');
    akeyless.items = [...someItems];
    akeyless.authMethods = [...someAuthMethods];
    attempts = [];
    unexpected = [];
    time = now - 3_600_000;
  });
  afterEach(async () => {
    for (const each of running.splice(0)) await each.stop();
    await akeyless.close();
    await test.close();
  });

  const report = (at: string, exceeded: unknown = 0) =>
    analyticsAnswer({
      at,
      clients: { sm: { saml2: 2 } },
      secrets: { sm: { static_secret: 5 } },
      list: { sm: [client('p-saml', 'saml2', 'ann@example.com', exceeded)] },
    });
  const collectors = (parts: Partial<AkeylessSource> = {}): AkeylessCollectors => {
    const made = new AkeylessCollectors({
      sources: [
        {
          name: 'prod',
          url: akeyless.url,
          access_id: accessId,
          access_key: accessKey,
          poll_minutes: 60,
          ...parts,
        },
      ],
      store: test.store,
      retention: { thinAfterDays: 7, keepDays: 800 },
      now: () => (time += 1_000),
      onAttempt: (poll, error) => {
        attempts.push(poll);
        if (error !== undefined) unexpected.push(error);
      },
      onError: (error) => {
        throw error;
      },
      patience: { attempts: 3, firstWaitMs: 5, mostWaitMs: 2_000 },
    });
    running.push(made);
    return made;
  };
  const errors = () => attempts.map(({ kind, error }) => [kind, error]);
  const rows = (statement: ReturnType<typeof sql>) =>
    test.store.rows(statement, { surface: 'state' });
  const figures = () =>
    rows(
      sql`SELECT figure, label, value FROM ${test.store.table('usage_figures')} FINAL ORDER BY figure, label`,
    );

  it('keeps usage and inventory, page by page, and no value', async () => {
    await collectors().poll();
    expect(unexpected).toEqual([]);
    expect(errors()).toEqual([
      ['usage', null],
      ['inventory', null],
    ]);
    expect(await figures()).toEqual([
      { figure: 'clients_by_auth_method', label: 'saml2', value: 2 },
      { figure: 'exceeded_clients', label: '', value: 0 },
      { figure: 'secrets_by_type', label: 'static_secret', value: 5 },
      { figure: 'total_clients', label: '', value: 2 },
      { figure: 'total_secrets', label: '', value: 5 },
    ]);
    const items = await rows(
      sql`SELECT kind, id, name, secret_path, type, state, org_id, used_at, updated_at, versions, rotation_interval, is_auto_rotated, message, comment
          FROM ${test.store.table('inventory_current')} FINAL WHERE NOT gone ORDER BY kind, id`,
    );
    expect(
      items.map(({ kind, id, secret_path: path, name, type }) => [kind, id, path, name, type]),
    ).toEqual([
      ['auth-method', 'p-idle', '/auth', 'idle', 'k8s'],
      ['auth-method', 'p-new', '/', 'new', ''],
      ['auth-method', 'p-saml', '/auth', 'saml', 'saml2'],
      ['dynamic-secret', '1002', '/prod', 'aws', 'dynamic_secret'],
      ['issuer', '1005', '/pki', 'issuer', 'pki_cert_issuer'],
      ['rotation', '1003', '/prod', 'postgres', 'target'],
      ['secret', '1001', '/prod/db', 'password', 'static_secret'],
      ['secret', '1003', '/prod', 'postgres', 'rotated_secret'],
      ['secret', '1004', '/', 'at-the-root', 'classic_key'],
      ['secret', '1006', '/of', 'tomorrow', 'a_type_of_tomorrow'],
    ]);
    expect(items[5]).toMatchObject({
      state: 'RotationFailed',
      message: 'connection refused',
      rotation_interval: 30,
      is_auto_rotated: true,
      org_id: account,
    });
    expect(items[6]).toMatchObject({
      state: 'Enabled',
      used_at: '2026-03-14T12:00:00.000Z',
      updated_at: '2025-06-01T00:00:00.123Z',
      versions: 3,
      comment: 'what people wrote',
    });
    expect(items[3]).toMatchObject({ used_at: null });
    const everything = await rows(
      sql`SELECT * EXCEPT hash FROM ${test.store.table('inventory_history')}`,
    );
    expect(JSON.stringify(everything)).not.toContain('must not be kept');
    // Three pages of items, two of auth methods, one token for all.
    expect(akeyless.asked.map(({ path }) => path)).toEqual([
      '/auth',
      '/get-analytics-data',
      '/list-auth-methods',
      '/list-auth-methods',
      '/list-items',
      '/list-items',
      '/list-items',
    ]);
    const counts = await ask(await test.insights(), 'inventory-counts');
    expect(counts.rows[0]).toMatchObject({ secrets: 4, rotations: 1, dynamic_secrets: 1 });
  });

  it('changes nothing when a snapshot comes twice, and replaces one that was corrected', async () => {
    const both = collectors();
    await both.poll();
    await both.poll();
    expect(attempts.map(({ kind, changed }) => [kind, changed])).toEqual([
      ['usage', 1],
      ['inventory', 10],
      ['usage', 0],
      ['inventory', 0],
    ]);
    akeyless.analytics = report('2026-03-15T06:00:00Z', '4');
    await both.poll();
    const exceeded = await ask(await test.insights(), 'exceeded-clients');
    expect(exceeded.rows).toEqual([
      expect.objectContaining({
        client: 'ann@example.com',
        auth_method: 'saml2',
        exceeded: 4,
        last_seen: '2026-03-14T09:00:00.000Z',
      }),
    ]);
    const snapshots = await rows(
      sql`SELECT count() AS snapshots FROM ${test.store.table('usage_snapshots')} FINAL`,
    );
    expect(Number(snapshots[0]?.snapshots)).toBe(1);
  });

  it('shows an item that was deleted in history and not in what there is', async () => {
    const collector = collectors();
    await collector.poll();
    const before = time;
    akeyless.items = someItems.slice(1);
    await collector.poll();
    expect(attempts.at(-1)).toMatchObject({ gone: 1 });
    const secrets = async (params = {}) =>
      (await ask(await test.insights(), 'inventory-counts', { params })).rows[0]?.secrets;
    expect(await secrets()).toBe(3);
    expect(await secrets({ as_of: new Date(before).toISOString() })).toBe(4);
  });

  it('renews a token that ended, and waits where it is told to', async () => {
    const collector = collectors();
    await collector.poll();
    akeyless.expireTokens();
    akeyless.faults.push(
      { path: '/get-analytics-data', status: 429, headers: { 'retry-after': '1' } },
      { path: '/list-items', status: 503 },
      { path: '/list-items', status: 200, body: '{"items": [{"item_id": 1' },
    );
    const started = performance.now();
    await collector.poll();
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(errors().slice(2)).toEqual([
      ['usage', null],
      ['inventory', null],
    ]);
    expect(akeyless.asked.filter(({ path }) => path === '/auth')).toHaveLength(2);
  });

  it('says in a sentence what does not work, and keeps what it knows', async () => {
    const collector = collectors();
    await collector.poll();
    const refused = { path: '/get-analytics-data', status: 403 };
    const failed = { path: '/list-items', status: 500 };
    akeyless.faults.push(refused, failed, failed, failed);
    await collector.poll();
    expect(errors().slice(2)).toEqual([
      [
        'usage',
        expect.stringMatching(
          /refuses its usage reports \(403\): give a role of the access id --usage-reports-access all/,
        ),
      ],
      ['inventory', expect.stringMatching(/failed \(500\) when it was asked for its items/)],
    ]);
    expect((await ask(await test.insights(), 'inventory-counts')).rows[0]).toMatchObject({
      secrets: 4,
    });
    attempts = [];
    await collectors({ access_key: 'wrong-key-text' }).poll();
    expect(errors()[0]?.[1]).toMatch(/refuses the access id p-collector \(401\)/);
    await collectors({ access_key: undefined, token: 't-old' }).poll();
    expect(errors()[2]?.[1]).toMatch(/does not accept the token \(401\)/);
    await akeyless.close();
    await collectors().poll();
    expect(errors()[4]?.[1]).toMatch(/No Akeyless answers at/);
    expect(JSON.stringify(attempts)).not.toMatch(/wrong-key-text|t-old/);
    expect(unexpected).toEqual([]);
  });

  it('refuses a snapshot from the future, and one of a clock that stood still', async () => {
    const collector = collectors();
    akeyless.analytics = report('2026-03-16T06:00:00Z');
    await collector.poll();
    akeyless.analytics = report('1990-01-01T00:00:00Z');
    await collector.poll();
    expect(errors().filter(([kind]) => kind === 'usage')).toEqual([
      ['usage', expect.stringMatching(/in the future .* set the clock that is wrong/)],
      ['usage', expect.stringMatching(/which cannot be: date_updated must be seconds/)],
    ]);
    expect(await figures()).toEqual([]);
  });

  it('reads wrong types for what they mean, and leaves out what means nothing', async () => {
    akeyless.analytics = {
      date_updated: '1773554400',
      usage_reports: {
        sm: {
          time: 'never',
          total_clients: '17',
          total_secrets: null,
          clients_by_auth_method_types: { saml2: '17', odd: {} },
          secrets_by_types: [],
        },
        'a-product-of-tomorrow': { total_clients: 1 },
        broken: 'text',
      },
      clients_usage_reports: { sm: { clients: null, time: 1_773_554_400 } },
      analytics_data: { all_items: [['Type', 'Count'], ['Targets', '4'], 'no row'] },
      certificates_expiry_data: null,
    };
    akeyless.items = [{ item_id: null }, { item_name: 7 }, {}];
    await collectors().poll();
    expect(errors().map(([, error]) => error)).toEqual([null, null]);
    expect(await figures()).toEqual([
      { figure: 'all_items', label: 'Targets', value: 4 },
      { figure: 'clients_by_auth_method', label: 'saml2', value: 17 },
      { figure: 'exceeded_clients', label: '', value: 0 },
      { figure: 'total_clients', label: '', value: 1 },
      { figure: 'total_clients', label: '', value: 17 },
    ]);
  });
});
