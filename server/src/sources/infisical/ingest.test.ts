import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { ask, now, openTestStore, retentionDays, span } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { nastyTexts, readEvent } from '../../../test/events';
import type { FlatEvent } from '../../../test/events';
import { fillWorld } from '../../../test/world';
import { sql } from '../../store/sql';
import { ingestInfisical } from './ingest';

const state = { surface: 'state' as const };

describe('the door for events', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  const count = async (table: string): Promise<number> => {
    const [row] = await test.store.rows(
      sql`SELECT count() AS rows FROM ${test.store.table(table)}`,
      state,
    );
    return Number(row?.rows);
  };
  const stored = () =>
    test.store.rows(
      sql`SELECT id, createdAt, actor, actorMetadata, eventType, eventMetadata, ipAddress, userAgent, userAgentType, orgId, projectId, source, received_at
          FROM ${test.store.table('infisical_events')} ORDER BY createdAt, id`,
      state,
    );
  const clean = (storedCount: number) => ({
    received: storedCount,
    stored: storedCount,
    rejected: [],
    rejected_total: 0,
  });

  it('takes an array, one object, and one event a line', async () => {
    expect(await test.ingest([readEvent(), readEvent(), readEvent()])).toEqual(clean(3));
    expect(await test.ingestBody(JSON.stringify(readEvent()))).toEqual(clean(1));
    const lines = [readEvent(), readEvent()].map((event) => JSON.stringify(event));
    expect(await test.ingestBody(lines.join('\n'))).toEqual(clean(2));
    expect(await test.ingestBody(`\r\n${lines.join('\r\n')}\r\n`)).toEqual(clean(2));
    expect(await test.ingestBody(JSON.stringify([readEvent()], null, 2))).toEqual(clean(1));
    expect(await test.ingestBody('[]')).toEqual(clean(0));
    const { rows } = await ask(await test.insights(), 'access-totals');
    expect(rows[0]).toMatchObject({ reads: 7 });
  });

  it('stores what it was given, name for name and byte for byte', async () => {
    const events = nastyTexts.map((text, index) =>
      readEvent({
        createdAt: `2026-03-14T12:00:00.${String(index).padStart(3, '0')}Z`,
        actorMetadata: { identityId: text, name: text },
        eventMetadata: { environment: text, secretPath: text, secretKey: text, deep: { text } },
        userAgent: text,
        ipAddress: text,
        projectId: text,
      }),
    );
    expect(await test.ingest(events)).toEqual(clean(events.length));
    const rows = await stored();
    expect(
      rows.map((row) => ({
        ...row,
        actorMetadata: JSON.parse(String(row.actorMetadata)) as unknown,
        eventMetadata: JSON.parse(String(row.eventMetadata)) as unknown,
      })),
    ).toEqual(
      events.map((event) => ({
        ...event,
        source: 'stream',
        received_at: new Date(now).toISOString(),
      })),
    );
  });

  it("takes the shape of Infisical's audit-log API too, as the same event", async () => {
    const flat = readEvent({ actor: 'user', actorMetadata: { email: 'ann@example.com' } });
    const { actor, actorMetadata, eventType, eventMetadata, ...rest } = flat;
    const nested = {
      ...rest,
      event: { type: eventType, class: 'data-access', metadata: eventMetadata },
      actor: { type: actor, metadata: actorMetadata },
      updatedAt: flat.createdAt,
    };
    await test.ingest([flat]);
    const [asFlat] = await stored();
    await test.store.execute(sql`TRUNCATE TABLE ${test.store.table('infisical_events')}`, state);
    await test.ingest([nested]);
    expect(await stored()).toEqual([asFlat]);
  });

  it('leaves out members it does not know', async () => {
    await test.ingest([{ ...readEvent(), password: 'hunter2', received_at: '1999', source: 'x' }]);
    const [row] = await stored();
    expect(row).toMatchObject({ source: 'stream', received_at: new Date(now).toISOString() });
    expect(JSON.stringify(row)).not.toContain('hunter2');
  });

  it('takes events of organisations, and metadata that is missing or no object as none', async () => {
    const { projectId: _, actorMetadata: __, eventMetadata: ___, ...bare } = readEvent();
    const odd = [null, [], ['x'], 'text', 7, true];
    const events = [
      bare,
      ...odd.map((value) => ({ ...readEvent(), actorMetadata: value, eventMetadata: value })),
    ];
    expect(await test.ingest(events)).toEqual(clean(events.length));
    for (const row of await stored()) {
      expect(row).toMatchObject({ actorMetadata: '{}', eventMetadata: '{}' });
    }
  });

  const refusals: [string, Record<string, unknown>, string, string][] = [
    ['no id', { id: undefined }, 'id', 'is missing'],
    ['an empty id', { id: '' }, 'id', 'is missing'],
    ['a null id', { id: null }, 'id', 'is missing'],
    ['a number as id', { id: 7 }, 'id', 'is not a UUID'],
    ['text as id', { id: 'abc' }, 'id', 'is not a UUID'],
    ['the empty UUID', { id: '00000000-0000-0000-0000-000000000000' }, 'id', 'is not a UUID'],
    ['no type', { eventType: undefined }, 'eventType', 'is missing'],
    ['no actor', { actor: '' }, 'actor', 'is missing'],
    [
      'an endless type',
      { eventType: 'x'.repeat(201) },
      'eventType',
      'is longer than 200 characters',
    ],
    ['no org', { orgId: undefined }, 'orgId', 'is missing or not a UUID'],
    ['an org that is no UUID', { orgId: 'acme' }, 'orgId', 'is missing or not a UUID'],
    ['no time', { createdAt: undefined }, 'createdAt', 'is missing'],
    ['a null time', { createdAt: null }, 'createdAt', 'is missing'],
    ...[7, 2026, 1773570600000, true, {}, ['2026-03-14T00:00:00Z']].map(
      (createdAt): [string, Record<string, unknown>, string, string] => [
        `${JSON.stringify(createdAt)} as time`,
        { createdAt },
        'createdAt',
        'is not a time in ISO 8601',
      ],
    ),
    ...['now', '2026', '10:00', '2026-02-30T00:00:00Z', '2026-03-14T25:00:00Z', 'Mar 14 2026'].map(
      (createdAt): [string, Record<string, unknown>, string, string] => [
        `'${createdAt}' as time`,
        { createdAt },
        'createdAt',
        'is not a time in ISO 8601',
      ],
    ),
    ['a future time', { createdAt: '2026-03-15T10:40:00.001Z' }, 'createdAt', 'is in the future'],
    [
      'a time before retention',
      { createdAt: new Date(now - retentionDays * 86_400_000 - 1).toISOString() },
      'createdAt',
      `is older than the ${retentionDays} days for which events are kept`,
    ],
  ];

  it('keeps the good events beside every kind of bad one, and says what is wrong with each', async () => {
    const bad = refusals.map(([, parts]) => ({ ...readEvent(), ...parts }));
    const mixed = bad.flatMap((event) => [readEvent(), event]);
    const answer = await test.ingest(mixed);
    expect(answer).toEqual({
      received: mixed.length,
      stored: bad.length,
      rejected: refusals.map(([, , field, reason], index) => ({
        position: 2 * index + 1,
        field,
        reason,
      })),
      rejected_total: bad.length,
    });
    const kept = await test.store.rows(
      sql`SELECT position, field, reason FROM ${test.store.table('rejected_events')} ORDER BY position`,
      state,
    );
    expect(kept).toEqual(answer.rejected);
    expect(await count('infisical_events')).toBe(bad.length);
  });

  it('takes times with any offset, precision and up to ten minutes ahead', async () => {
    const times = [
      ['2026-03-14T12:00:00Z', '2026-03-14T12:00:00.000Z'],
      ['2026-03-14T12:00:01.123456Z', '2026-03-14T12:00:01.123Z'],
      ['2026-03-14T17:30:02+05:30', '2026-03-14T12:00:02.000Z'],
      ['2026-03-14 12:00:03.000000', '2026-03-14T12:00:03.000Z'],
      ['2026-03-15T10:40:00.000Z', '2026-03-15T10:40:00.000Z'],
    ] as const;
    expect(await test.ingest(times.map(([createdAt]) => readEvent({ createdAt })))).toEqual(
      clean(times.length),
    );
    expect((await stored()).map((row) => row.createdAt)).toEqual(times.map(([, time]) => time));
  });

  it('names late rejected events rightly, and lists a hundred of them', async () => {
    const line = JSON.stringify(readEvent());
    const bad = JSON.stringify({ ...readEvent(), id: 'late' });
    const total = 140_000;
    const positions = new Set([0, 65_535, 65_536, 65_537, 131_072, 139_999]);
    const body = Array.from({ length: total }, (_, index) => (positions.has(index) ? bad : line));
    const answer = await test.ingestBody(body.join('\n'));
    expect(answer.rejected.map(({ position }) => position)).toEqual([...positions]);
    expect(answer).toMatchObject({ received: total, stored: total - 6, rejected_total: 6 });
    const many = await test.ingest(Array.from({ length: 150 }, () => ({})));
    expect(many).toMatchObject({ received: 150, stored: 0, rejected_total: 150 });
    expect(many.rejected).toHaveLength(100);
  });

  it('stores nothing where strict was asked for and one event is bad', async () => {
    const refused = test.ingest([readEvent(), { ...readEvent(), orgId: 'acme' }, { id: 'x' }], {
      strict: true,
    });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      field: 'orgId',
      message:
        'Event 1: orgId is missing or not a UUID. Nothing was stored, as strict was asked for.',
    });
    for (const table of ['infisical_events', 'rejected_events', 'ingest_log', 'projects']) {
      expect([table, await count(table)]).toEqual([table, 0]);
    }
    expect(await test.ingest([readEvent()], { strict: true })).toEqual(clean(1));
  });

  it('stores nothing of a body with too many events', async () => {
    const three = [readEvent(), readEvent(), readEvent()];
    await expect(test.ingest(three, { maxEvents: 2 })).rejects.toMatchObject({
      status: 413,
      message: 'The body has 3 events; at most 2 fit into one. Send it in parts.',
    });
    expect(await count('infisical_events')).toBe(0);
    expect(await test.ingest(three, { maxEvents: 3 })).toEqual(clean(3));
  });

  const good = JSON.stringify(readEvent());
  it.each([
    ['words', 'garbage'],
    ['a cut array', `[${good},{"id":`],
    ['words after an array', `[${good}] trailing`],
    ['words after an event', `${good}\ntrailing`],
    ['numbers', '[1,2]'],
    ['null', `[${good},null]`],
    ['an array in an array', `[[${good}]]`],
    ['a brace too deep', `${good}\n${'{"a":'.repeat(200_000)}`],
    ['bytes of gzip', Buffer.from('1f8b0800000000000003', 'hex')],
  ])('refuses %s and stores nothing', async (_, body) => {
    await expect(test.ingestBody(body)).rejects.toMatchObject({
      status: 400,
      field: 'body',
      message: 'The body is not JSON: send an array of events, one event, or one event a line.',
    });
    expect(await count('infisical_events')).toBe(0);
    const tables = await test.store.rows(
      sql`SELECT name FROM system.tables WHERE database = 'secret_insights' AND startsWith(name, 'ingest_') AND name != 'ingest_log'`,
      state,
    );
    expect(tables).toEqual([]);
  });

  it('does not blame the sender for what is no fault of the body', async () => {
    const { store, spool } = test;
    const gone = spool('[]');
    rmSync(gone);
    const { closed } = await test.insights();
    const options = { source: 's', strict: false, retentionDays, maxEvents: 10, now };
    await expect(ingestInfisical({ store, closed }, gone, options)).rejects.toMatchObject({
      status: 500,
    });
  });

  it('keeps the figures of a source when the engine merges copies that came by another', async () => {
    const event = readEvent();
    for (const source of ['stream', 'import']) await test.ingest([event], { source });
    const readsOf = async (source: string) => {
      const filters = [{ field: 'source', op: 'in' as const, values: [source] }];
      const { rows } = await ask(await test.insights(), 'access-totals', { filters });
      return rows[0]?.reads;
    };
    const before = [await readsOf('stream'), await readsOf('import')];
    await test.store.execute(
      sql`OPTIMIZE TABLE ${test.store.table('infisical_events')} FINAL`,
      state,
    );
    expect([await readsOf('stream'), await readsOf('import')]).toEqual(before);
  });

  it('changes no figure when everything arrives three times more, in any order and company', async () => {
    const { events } = await fillWorld(test, { seed: 11, count: 500 });
    const range = span('2024-01-01T00:00:00Z', '2026-03-15T10:30:00Z');
    const figures = async () => {
      const insights = await test.insights();
      const of = async (id: string, params = {}) =>
        (await ask(insights, id, { range, params })).rows;
      const coverage = await of('coverage');
      return [
        await of('access-volume', { by: 'environment' }),
        await of('top-actors', { limit: 100 }),
        await of('auth-methods'),
        await of('access-totals'),
        await of('access-breakdown', { by: 'secret_path,secret_key', limit: 1000 }),
        await of('rotation-failures'),
        coverage.map(({ duplicates: _, duplicate_share: __, ...row }) => row),
      ];
    };
    const before = await figures();
    for (const order of [events, [...events].reverse(), [...events, ...events]]) {
      await test.ingest(order);
      expect(await figures()).toEqual(before);
    }
    await test.store.execute(
      sql`OPTIMIZE TABLE ${test.store.table('infisical_events')} FINAL`,
      state,
    );
    expect(await figures()).toEqual(before);
  });

  it('takes batches that arrive at the same time', async () => {
    const batches = Array.from({ length: 8 }, () => Array.from({ length: 25 }, () => readEvent()));
    const answers = await Promise.all([...batches, ...batches].map((batch) => test.ingest(batch)));
    expect(answers).toEqual(answers.map(() => clean(25)));
    const { rows } = await ask(await test.insights(), 'access-totals');
    expect(rows[0]).toMatchObject({ reads: 200 });
  });

  it('learns the names of projects, the newest one of each', async () => {
    const named = (projectName: string, parts: Partial<FlatEvent> = {}) =>
      readEvent({ projectId: 'project-a', projectName, ...parts });
    await test.ingest([named('Payments'), named('Other', { projectId: 'project-b' })]);
    await test.ingest([named('Payments 2, "new"')], { now: now + 1000 });
    await test.ingest([readEvent({ projectId: 'project-b' })], { now: now + 2000 });
    const { projects } = await test.insights();
    expect(projects.nameOf('project-a')).toBe('Payments 2, "new"');
    expect(projects.nameOf('project-b')).toBe('Other');
    expect(projects.nameOf('project-z')).toBe('project-z');
    expect(projects.idsOf('Other')).toEqual(['project-b']);
    expect(projects.requireIds(['project-a'])).toEqual(['project-a']);
    expect(() => projects.requireIds(['Nowhere'])).toThrow(
      "There is no project 'Nowhere' yet: name it by its id, or import its events first.",
    );
  });

  it('keeps an id that two organisations share apart, whatever else is equal', async () => {
    const id = randomUUID();
    await test.ingest([readEvent({ id }), readEvent({ id, orgId: randomUUID() })]);
    const { rows } = await ask(await test.insights(), 'access-totals');
    expect(rows[0]).toMatchObject({ reads: 2 });
  });
});
