import { ask, openTestStore, span } from '../../../test/harness';
import type { Asked, TestStore } from '../../../test/harness';
import {
  createAuditLogTable,
  createForeignTable,
  dropAuditLogTables,
} from '../../../test/audit-log-tables';
import { collectorId, generateEvents, generateRotations, readEvent } from '../../../test/events';
import type { FlatEvent } from '../../../test/events';
import { Oracle } from '../../../test/oracle';
import { Random } from '../../../test/random';
import { sortedRows } from '../../../test/rows';
import type { Filter } from '../../contract';
import type { Insights } from '../../insights/insights';

const range = span('2024-01-01T00:00:00Z', '2026-03-15T10:30:00Z');
const collectors = [collectorId];
const named = (table: string, source = 'customer') => ({ database: 'infisical', table, source });

const random = new Random(21);
// Such a table has no names of projects, so the oracle must not know them either.
const events: FlatEvent[] = [...generateEvents(random, 900), ...generateRotations(random, 8)].map(
  ({ projectName: _, ...event }) => event,
);

describe.each(['json', 'text'] as const)("a customer's table with metadata as %s", (layout) => {
  let test: TestStore;
  let insights: Insights;
  const oracle = new Oracle({
    deliveries: events.map((event) => ({ source: 'customer', event })),
    collectors,
  });

  beforeAll(async () => {
    test = await openTestStore();
    // Infisical writes a batch again when it did not see it stored.
    await createAuditLogTable(test, layout, 'audit_logs', [...events, ...events.slice(0, 200)]);
    insights = await test.insights({
      auditLogTables: [named('audit_logs')],
      collectorIdentities: collectors,
    });
  });
  afterAll(() => test.close());

  const rowsOf = async (id: string, asked: Asked = {}) =>
    sortedRows((await ask(insights, id, { range, ...asked })).rows);

  it('answers every access insight as the oracle does', async () => {
    expect(await rowsOf('access-totals')).toEqual([oracle.accessTotals({ range })]);
    expect(await rowsOf('top-actors', { params: { limit: 1000, merge: 'id' } })).toEqual(
      sortedRows(oracle.topActors({ range }, 1000, 'id')),
    );
    expect(await rowsOf('auth-methods')).toEqual(sortedRows(oracle.authMethods({ range })));
    expect(await rowsOf('rotation-failures')).toEqual(
      sortedRows(oracle.rotationFailures({ range })),
    );
    for (const bucket of ['day', 'month'] as const) {
      expect(await rowsOf('access-volume', { params: { bucket, by: 'outcome' } })).toEqual(
        sortedRows(oracle.accessVolume({ range }, bucket, 'outcome')),
      );
    }
  });

  it.each([
    ['secret_path', 'secret_key'],
    ['environment', 'actor_name'],
    ['client_type', 'ip'],
    ['source', 'project'],
    ['user_agent', 'event'],
  ] as const)('breaks down by %s and %s', async (first, second) => {
    const by = [first, second];
    expect(
      await rowsOf('access-breakdown', { params: { by, limit: 10_000, reads: 'access-log' } }),
    ).toEqual(
      sortedRows(oracle.accessBreakdown({ range, reads: 'access-log' }, [first, second], 10_000)),
    );
  });

  it.each<Filter>([
    { field: 'source', op: 'in', values: ['customer'] },
    { field: 'secret_path', op: 'glob', values: ['/app/**'] },
    { field: 'metadata.numberOfSecrets', op: 'in', values: ['17', '4', '200'] },
    { field: 'metadata.tags.owner', op: 'contains', values: ['"', '😀'] },
    { field: 'metadata.tags.rotated', op: 'in', values: ['true'] },
    { field: 'metadata.nothing', op: 'not-in', values: ['x'] },
    { field: 'text', op: 'contains', values: ['/app/db'] },
    { field: 'text', op: 'contains', values: ['database_url'] },
    { field: 'ip', op: 'cidr', values: ['10.0.0.0/8'] },
  ])('filters by %j', async (filter) => {
    const filters = [filter];
    expect(await rowsOf('access-totals', { filters })).toEqual([
      oracle.accessTotals({ range, filters }),
    ]);
  });

  it('does not know copies, and says so with null', async () => {
    const { rows } = await ask(insights, 'coverage', { range });
    const whole = oracle.coverage({ range }, range).map((row) => ({
      ...row,
      duplicates: null,
      duplicate_share: null,
    }));
    const withoutExpiry = rows.map(({ expires_at: _, ...row }) => row);
    expect(sortedRows(withoutExpiry)).toEqual(
      sortedRows(whole.map((row) => ({ ...row, closed_until: null }))),
    );
  });

  it('counts an event once that came by our stream and stands in the table too', async () => {
    await test.ingest(events.filter((_, index) => index % 2 === 0));
    expect(await rowsOf('access-totals')).toEqual([oracle.accessTotals({ range })]);
    expect(await rowsOf('top-actors', { params: { limit: 1000 } })).toEqual(
      sortedRows(oracle.topActors({ range }, 1000)),
    );
    expect(await rowsOf('access-volume', { params: { by: 'secret_path' } })).toEqual(
      sortedRows(oracle.accessVolume({ range }, 'day', 'secret_path')),
    );
  });
});

describe('several tables', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  it('are one history, with both generations beside our own stream', async () => {
    const [old, recent, streamed] = [readEvent(), readEvent(), readEvent()];
    await createAuditLogTable(test, 'json', 'old_logs', [old, recent]);
    await createAuditLogTable(test, 'text', 'audit_logs', [recent, streamed]);
    await test.ingest([streamed]);
    const insights = await test.insights({
      auditLogTables: [named('old_logs', 'old'), named('audit_logs', 'new')],
    });
    expect((await ask(insights, 'access-totals')).rows[0]).toMatchObject({ reads: 3 });
  });

  it('are read only: what Infisical adds later shows with the next look at them', async () => {
    await createAuditLogTable(test, 'text', 'audit_logs', [readEvent()]);
    await test.closeDue();
    const insights = await test.insights({ auditLogTables: [named('audit_logs')] });
    expect((await ask(insights, 'access-totals')).rows[0]).toMatchObject({ reads: 1 });
    await dropAuditLogTables(test);
    await createAuditLogTable(test, 'text', 'audit_logs', [readEvent(), readEvent()]);
    for (const table of insights.watched) await table.look();
    expect((await ask(insights, 'access-totals')).rows[0]).toMatchObject({ reads: 2 });
  });

  it('that are missing or not Infisical’s are named in one sentence', async () => {
    await createForeignTable(test, 'notes');
    await expect(test.insights({ auditLogTables: [named('audit_logs', 'eu')] })).rejects.toThrow(
      "The source 'eu' names the table infisical.audit_logs, which does not exist or is not granted to this user.",
    );
    await expect(test.insights({ auditLogTables: [named('notes', 'eu')] })).rejects.toThrow(
      "The table infisical.notes of the source 'eu' is not Infisical's audit log: it lacks actorMetadata, ipAddress, eventType, eventMetadata, userAgent, userAgentType, orgId, projectId.",
    );
  });
});
