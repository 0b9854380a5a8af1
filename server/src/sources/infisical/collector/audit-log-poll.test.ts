import { openCollecting, sourceOf } from '../../../../test/collecting';
import type { Collecting } from '../../../../test/collecting';
import { ask, now } from '../../../../test/harness';
import { InfisicalStandIn, collectorIdentity } from '../../../../test/infisical-stand-in';
import { auditLog, project } from '../../../../test/infisical-world';
import { sql } from '../../../store/sql';

const day = 86_400_000;
const minute = 60_000;
const path = /audit-logs/;

let standIn: InfisicalStandIn;
let at: Collecting;
beforeEach(async () => {
  standIn = await InfisicalStandIn.start();
  standIn.projects = [project('shop', {})];
  at = await openCollecting();
  standIn.now = at.clock;
});
afterEach(async () => {
  await at.close();
  await standIn.close();
});

const poll = async (keptDays = 30): Promise<void> => {
  at.attempts.length = 0;
  await at.poll([sourceOf(standIn, { audit_logs: 'api' })], { retentionDays: keptDays });
};
const stored = async (): Promise<string[]> =>
  (
    await at.rows(
      sql`SELECT DISTINCT toString(id) AS id FROM ${at.test.store.table('infisical_events')} ORDER BY id`,
    )
  ).map(({ id }) => String(id));
const ids = (): string[] => standIn.auditLogs.map(({ id }) => id).sort();
const failures = (): string[] =>
  at.attempts.flatMap(({ kind, error }) =>
    kind === 'audit-logs' && error !== null ? [error] : [],
  );

describe('polling audit logs', () => {
  it('fetches all that is kept, in ranges that Infisical takes, and only what is new after that', async () => {
    standIn.auditLogs = Array.from({ length: 400 }, (_, index) =>
      auditLog(now - index * 2 * day - index * 7_001),
    );
    await poll(1_200);
    expect(failures()).toEqual([]);
    expect(await stored()).toEqual(ids());
    const ranges = standIn.asked(path).map(({ query }) => ({
      from: Date.parse(query.startDate ?? ''),
      to: Date.parse(query.endDate ?? ''),
    }));
    // Without a gap, from the first day that is kept.
    for (const [index, { from }] of ranges.slice(1).entries()) {
      expect(from).toBeLessThan(ranges[index]?.to ?? 0);
    }
    expect(Math.min(...ranges.map(({ from }) => from))).toBeLessThan(now - 1_199 * day);

    standIn.log.length = 0;
    at.pass(15 * minute);
    standIn.auditLogs.push(auditLog(at.clock() - 1));
    await poll(1_200);
    expect(await stored()).toEqual(ids());
    expect(standIn.asked(path)).toHaveLength(1);
  });

  it('reads on page by page, also where many events have one time', async () => {
    standIn.auditLogs = Array.from({ length: 2_500 }, (_, index) =>
      auditLog(now - day + Math.floor(index / 700)),
    );
    await poll();
    expect(await stored()).toEqual(ids());
    expect(standIn.asked(path).some(({ query }) => query.offset === '2000')).toBe(true);
  });

  it('takes shorter windows where there are very many', async () => {
    standIn.auditLogs = Array.from({ length: 24_000 }, (_, index) =>
      auditLog(now - 2 * day + index * 5_000),
    );
    await poll();
    expect(await stored()).toHaveLength(24_000);
    const offsets = standIn.asked(path).map(({ query }) => Number(query.offset));
    expect(Math.max(...offsets)).toBeLessThan(20_000);
  });

  it('does not move on past a page that failed', async () => {
    await poll();
    at.pass(15 * minute);
    const start = at.clock();
    standIn.auditLogs = Array.from({ length: 1_500 }, (_, index) => auditLog(start - index * 500));
    standIn.faults.push({ path, query: { offset: '1000' }, times: 3, how: 'half' });
    await poll();
    expect(failures()).toEqual([expect.stringContaining('broke off while it answered with audit')]);
    expect(await stored()).toHaveLength(1_000);
    at.pass(15 * minute);
    await poll();
    expect(await stored()).toEqual(ids());
    // What came twice is one event.
    const { rows } = await ask(at.insights, 'access-totals', {
      range: { from: start - day, to: start + day },
    });
    expect(rows[0]?.requests).toBe(1_500);
  });

  it('gets what was written late, and what arrives between two pages', async () => {
    await poll();
    at.pass(15 * minute);
    standIn.auditLogs.push(auditLog(at.clock() - 5 * minute));
    await poll();
    // Of a time that the last poll had passed already.
    standIn.auditLogs.push(auditLog(at.clock() - 6 * minute));
    at.pass(15 * minute);
    await poll();
    expect(await stored()).toEqual(ids());
  });

  it('keeps nothing of a page in its folder', async () => {
    standIn.auditLogs = [auditLog(now - minute)];
    await poll();
    expect(at.spooled()).toEqual([]);
  });
});

it("the collector's own reads are in no figure, also before it has signed in again", async () => {
  const own = { type: 'identity', metadata: { identityId: collectorIdentity, name: 'collector' } };
  standIn.auditLogs = [auditLog(now - minute), auditLog(now - minute, { actor: own })];
  await poll();
  const reads = async (): Promise<unknown> =>
    (await ask(at.insights, 'access-totals', { range: { from: now - day, to: now } })).rows[0]
      ?.requests;
  const readRequests = async (): Promise<unknown> =>
    (await ask(at.insights, 'access-totals', { range: { from: now - day, to: now } })).rows[0]
      ?.reads;
  expect(await readRequests()).toBe(1);
  expect(await reads()).toBe(2);
  // A start at which the login fails: what was remembered holds.
  standIn.faults.push({ path: /login/, times: 9, how: { status: 500 } });
  await poll();
  expect(at.insights.settings.collectorIdentities).toEqual([collectorIdentity]);
  expect(await readRequests()).toBe(1);
});
