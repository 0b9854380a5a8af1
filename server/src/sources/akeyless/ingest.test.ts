import { account, akeylessRecords } from '../../../test/akeyless-records';
import type { AkeylessRecord } from '../../../test/akeyless-records';
import { ask, now, openTestStore, retentionDays, span } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { readEvent } from '../../../test/events';
import { Random } from '../../../test/random';
import type { IngestAnswer } from '../../contract';
import { uuidOf } from '../../store/org-id';
import { sql } from '../../store/sql';

const range = span('2026-03-01T00:00:00Z', '2026-03-15T00:00:00Z');
const record = (parts: Partial<AkeylessRecord> = {}): AkeylessRecord => ({
  timestamp: '2026-03-14T12:00:00.123Z',
  account_id: account,
  access_id: 'p-1234',
  access_type: 'saml2',
  action: 'get_secret_value',
  status: 200,
  remote_addr: '10.0.0.7',
  duration: 12,
  unique_id: 'ann@example.com',
  product: 'sm',
  item_type: 'STATIC_SECRET',
  request_parameters: { name: '/prod/db/password' },
  request_id: '1',
  ...parts,
});
const line =
  '2026-03-14T12:00:00.123Z account_id=acc-1a2b3c4d5e6f access_id=p-1234 access_type=saml2 action=get_secret_value status=200 remote_addr=10.0.0.7 duration=12 unique_id=ann@example.com product=sm item_type=STATIC_SECRET request_parameters={"name":"/prod/db/password"} request_id=1';

describe('the door for audit records of Akeyless', () => {
  let test: TestStore;
  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  const send = (body: string, strict = false): Promise<IngestAnswer> =>
    test.ingestAkeyless(body, { source: 'akeyless-prod', strict, now: now - 60_000 });
  const events = async () => (await ask(await test.insights(), 'events', { range })).rows;

  it('brings a record to the columns of events', async () => {
    expect(await send(JSON.stringify(record()))).toMatchObject({ received: 1, stored: 1 });
    expect(await events()).toEqual([
      expect.objectContaining({
        time: '2026-03-14T12:00:00.123Z',
        event: 'get_secret_value',
        class: 'data-access',
        actor_type: 'User',
        actor: 'p-1234/ann@example.com',
        actor_name: 'ann@example.com',
        secret_path: '/prod/db',
        secret_key: 'password',
        ip: '10.0.0.7',
        auth_method: 'SAML',
        outcome: 'success',
        source: 'akeyless-prod',
        project: '',
        event_metadata: expect.objectContaining({ item_name: '/prod/db/password', product: 'sm' }),
      }),
    ]);
  });

  it.each([
    ['an array', JSON.stringify([record(), record({ request_id: '2' })])],
    [
      'one a line',
      `${JSON.stringify(record())}\n\r\n${JSON.stringify(record({ request_id: '2' }))}`,
    ],
    [
      'over several lines',
      [record(), record({ request_id: '2' })]
        .map((each) => JSON.stringify(each, null, 2))
        .join('\n'),
    ],
    ['lines of text', `${line}\n${line.replace('request_id=1', 'request_id=2')}\n`],
    [
      'key: value',
      [1, 2]
        .map(
          (id) =>
            `2026/03/14 12:00:00.123 account_id: ${account}, access_id: p-1234, access_type: saml2, action: get_secret_value, status: 200, remote_addr: 10.0.0.7, duration: 12, unique_id: "ann@example.com", product: sm, item_type: STATIC_SECRET, request_parameters: {"name": "/prod/db/password"}, request_id: ${id}`,
        )
        .join('\n'),
    ],
    [
      'wrapped by a forwarder',
      JSON.stringify([{ message: line, host: 'gw' }, { event: record({ request_id: '2' }) }]),
    ],
    [
      'behind a syslog header',
      `<134>1 2026-03-14T12:00:00.123Z gw akeyless - - - ${JSON.stringify(record())}\n<134>1 2026-03-14T12:00:00.123Z gw akeyless - - - ${JSON.stringify(record({ request_id: '2' }))}`,
    ],
  ])('takes %s, and counts a record once whatever form it came in', async (_, body) => {
    expect(await send(body)).toMatchObject({ received: 2, stored: 2, rejected_total: 0 });
    expect(await send(JSON.stringify([record(), record({ request_id: '2' })]))).toMatchObject({
      stored: 2,
    });
    expect(await events()).toHaveLength(2);
  });

  it('counts what it cannot read, with its reason and without its content', async () => {
    const answer = await send(
      [
        'no pairs here at all',
        line,
        '2026-03-14T12:00:00Z status=200',
        'action=get_secret_value status=200',
        line.replace('2026-03-14T12', '2027-03-14T12'),
        line.replace('2026-03-14T12', '2019-03-14T12'),
        line.replace('2026-03-14T12', '2026-02-31T12'),
      ].join('\n'),
    );
    expect(answer).toMatchObject({ received: 7, stored: 1, rejected_total: 6 });
    expect(answer.rejected).toEqual([
      {
        position: 0,
        field: 'line',
        reason: 'is neither JSON nor a time followed by key=value pairs',
      },
      { position: 2, field: 'action', reason: 'is missing' },
      { position: 3, field: 'timestamp', reason: 'is missing' },
      { position: 4, field: 'timestamp', reason: 'is in the future' },
      {
        position: 5,
        field: 'timestamp',
        reason: `is older than the ${retentionDays} days for which events are kept`,
      },
      { position: 6, field: 'timestamp', reason: 'is missing' },
    ]);
    const rows = await test.store.rows(sql`SELECT * FROM ${test.store.table('rejected_events')}`, {
      surface: 'state',
    });
    expect(rows).toHaveLength(6);
    expect(JSON.stringify(rows)).not.toContain('no pairs');
  });

  it('refuses a body that begins as JSON and is none', async () => {
    await expect(send('[{"action":')).rejects.toThrow(/The body is not JSON/);
    await expect(send('nothing of it', true)).rejects.toThrow(/Nothing was stored/);
  });

  it('keeps no value of a secret that a record carries', async () => {
    await send(
      JSON.stringify(
        record({
          request_parameters: { name: '/a', value: 'hunter2', deep: { password: 'hunter3' } },
          ...{ token: 't-hunter4' },
        }),
      ),
    );
    const rows = await test.store.rows(sql`SELECT * FROM ${test.store.table('akeyless_events')}`, {
      surface: 'state',
    });
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/hunter/);
  });

  it('stands beside the events of Infisical in every figure', async () => {
    await test.ingest([readEvent(), readEvent()], { now: now - 60_000 });
    await send(JSON.stringify([record(), record({ action: 'create_role', request_id: '3' })]));
    const insights = await test.insights();
    const totals = await ask(insights, 'access-totals', { range });
    expect(totals.rows[0]).toMatchObject({
      requests: 4,
      reads: 3,
      unique_actors: 2,
      unique_users: 1,
      unique_machines: 1,
      secrets_named: 2,
    });
    const byVendor = await ask(insights, 'access-breakdown', { range, params: { by: 'vendor' } });
    expect(byVendor.rows.map(({ vendor, reads }) => [vendor, reads])).toEqual([
      ['infisical', 2],
      ['akeyless', 1],
    ]);
    const ofAccount = await ask(insights, 'access-totals', {
      range,
      filters: [{ field: 'org', op: 'in', values: [account] }],
    });
    expect(ofAccount.rows[0]).toMatchObject({ requests: 2, reads: 1 });
    expect((await events()).map(({ class: of }) => of).sort()).toEqual([
      'data-access',
      'data-access',
      'data-access',
      'management',
    ]);
  });

  it('answers the same from closed time as from raw events, and after those expired', async () => {
    const records = [...akeylessRecords(new Random(7), 3_000, range)];
    await send(records.map((each) => JSON.stringify(each)).join('\n'));
    const figures = async () => {
      const insights = await test.insights();
      const asked = await Promise.all(
        ['access-totals', 'top-actors', 'auth-methods', 'access-volume', 'top-secrets'].map((id) =>
          ask(insights, id, { range }),
        ),
      );
      return asked.map(({ rows }) => rows);
    };
    const open = await figures();
    expect(await test.closeDue()).toBeGreaterThan(0);
    expect(await figures()).toEqual(open);
    // A copy of one record makes its day dirty, and changes nothing.
    await send(JSON.stringify(records[0]));
    expect(await figures()).toEqual(open);
    await test.closeDue();
    await test.store.execute(sql`TRUNCATE TABLE ${test.store.table('akeyless_events')}`, {
      surface: 'rollup',
    });
    expect(await figures()).toEqual(open);
  });

  it('gives an account one UUID for ever', () => {
    expect(uuidOf(account)).toBe('8c259003-6f8e-2862-98e6-e057961a9613');
  });
});
