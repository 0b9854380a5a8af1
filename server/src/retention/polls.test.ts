import { SelfAudit } from '../audit/self-audit';
import { now } from '../../test/harness';
import { day, openPostureStore, secret } from '../../test/posture-store';
import type { PostureStore } from '../../test/posture-store';
import type { Poll } from '../store/inventory/polls';
import { recordPoll } from '../store/inventory/polls';
import { sql } from '../store/sql';
import { Retention } from './retention';

const pollDays = 90;

interface Attempts extends Pick<Poll, 'source' | 'kind' | 'projectId'> {
  /** Days ago that the first and the last were. */
  from: number;
  to: number;
  /** By the days ago. */
  isOk: (daysAgo: number) => boolean;
}

const everyDays = 6;
const attempts: readonly Attempts[] = [
  { source: 'main', kind: 'projects', projectId: '', from: 200, to: 2, isOk: () => true },
  {
    source: 'main',
    kind: 'inventory',
    projectId: 'project-a',
    from: 200,
    to: 2,
    // It took a while until the first one went well.
    isOk: (daysAgo) => daysAgo < 190 && daysAgo % 4 === 0,
  },
  {
    source: 'main',
    kind: 'inventory',
    projectId: 'project-b',
    from: 170,
    to: 2,
    // Fails for longer than attempts are kept.
    isOk: (daysAgo) => daysAgo > 120,
  },
  {
    source: 'main',
    kind: 'digests',
    projectId: 'project-a',
    from: 188,
    to: 130,
    isOk: () => true,
  },
  {
    source: 'main',
    kind: 'forgotten-digests',
    projectId: 'project-a',
    from: 128,
    to: 128,
    isOk: () => false,
  },
  { source: 'main', kind: 'rules', projectId: 'project-a', from: 188, to: 100, isOk: () => true },
  {
    source: 'never',
    kind: 'inventory',
    projectId: 'project-c',
    from: 150,
    to: 102,
    isOk: () => false,
  },
  { source: 'gone', kind: 'usage', projectId: '', from: 180, to: 120, isOk: (ago) => ago > 140 },
];

const polls: readonly Poll[] = attempts.flatMap(({ from, to, isOk, ...what }) =>
  Array.from({ length: (from - to) / everyDays + 1 }, (_, index): Poll => {
    const daysAgo = from - index * everyDays;
    const error = isOk(daysAgo) ? null : `It failed ${daysAgo} days ago.`;
    const at = now - daysAgo * day;
    return { ...what, startedAt: at - 1, finishedAt: at, error, items: 1, changed: 0, gone: 0 };
  }),
);

const rotationsAgo = (age: number): Poll => ({
  source: 'main',
  kind: 'rotations',
  projectId: 'project-a',
  startedAt: now - age,
  finishedAt: now - age,
  error: null,
  items: 1,
  changed: 0,
  gone: 0,
});
/** First and newest, and between them one on the edge, which stays, and one just beyond it. */
const atTheEdge = [120 * day, pollDays * day + 1, pollDays * day, day].map(rotationsAgo);

const all = [...polls, ...atTheEdge];
const nameOf = ({ source, kind, projectId, finishedAt }: Poll): string =>
  [source, kind, projectId, new Date(finishedAt).toISOString()].join(' ');

/** What is to stay, worked out attempt by attempt. */
function expectedToStay(): string[] {
  return all
    .filter((poll) => {
      const alike = all.filter(
        ({ source, kind, projectId }) =>
          source === poll.source && kind === poll.kind && projectId === poll.projectId,
      );
      const good = alike.filter(({ error }) => error === null).map((each) => each.finishedAt);
      return (
        poll.finishedAt >= now - pollDays * day ||
        poll.finishedAt === Math.max(...alike.map((each) => each.finishedAt)) ||
        (poll.error === null && [Math.min(...good), Math.max(...good)].includes(poll.finishedAt))
      );
    })
    .map(nameOf)
    .sort();
}

describe('retention of attempts to ask a source', () => {
  let test: PostureStore;
  let told: number[];

  beforeEach(async () => {
    told = [];
    test = await openPostureStore();
    // What there was at the first attempts that went well, which `polls` has as well.
    const environment = { kind: 'environment', id: 'e', name: 'prod' };
    await test.poll([environment, secret('a', { updatedAt: now - 400 * day })], now - 188 * day);
    await test.poll([environment, secret('b')], now - 170 * day, { project: 'project-b' });
    for (const poll of all) await recordPoll(test.store, poll);
  });
  afterEach(() => test.close());

  const dropPolls = async (): Promise<number> => {
    const { store, closed } = await test.insights();
    return new Retention({
      store,
      closed,
      audit: new SelfAudit(store, () => now),
      days: 400,
      projectDays: {},
      pollDays,
      now: () => now,
      onMonth: () => undefined,
      onPolls: (dropped) => told.push(dropped),
      onError: (error) => {
        throw error;
      },
    }).dropPolls();
  };
  const stored = async (): Promise<string[]> => {
    const rows = await test.store.rows(
      sql`SELECT DISTINCT source, kind_of_poll, project_id, finished_at FROM ${test.store.table('inventory_polls')}`,
      { surface: 'state' },
    );
    return rows
      .map((row) =>
        [row.source, row.kind_of_poll, row.project_id, row.finished_at].map(String).join(' '),
      )
      .sort();
  };
  /** Everything that answers from attempts, with its notices. */
  const answers = async () => {
    const asOfs = [230, 188.5, 187, 150, 100, 50, 0].map((daysAgo) =>
      new Date(now - daysAgo * day).toISOString(),
    );
    const posture = ['summary', 'stale-secrets', 'inventory-counts', 'upcoming-rotations'];
    return {
      collectors: await test.result('collectors'),
      collectorsOfYear: await test.result(
        'collectors',
        {},
        { range: { from: now - 365 * day, to: now } },
      ),
      findings: [
        await test.result('duplicate-secrets'),
        await test.result('validation-violations'),
        await test.result('project-ranking'),
      ],
      usage: await test.result('usage-totals'),
      posture: await Promise.all(
        posture.flatMap((insight) => asOfs.map((asOf) => test.result(insight, { as_of: asOf }))),
      ),
    };
  };

  it('leaves every answer as it is, and keeps no more than answers need', async () => {
    expect(await stored()).toEqual(all.map(nameOf).sort());
    const before = await answers();
    // The answers are about what they are to be about.
    const ofYear = before.collectorsOfYear.rows.map(({ source, kind, state, failing }) => [
      source,
      kind,
      state,
      failing,
    ]);
    expect(ofYear).toEqual([
      ['gone', 'usage', 'failing', 1],
      ['main', 'digests', 'ok', 0],
      ['main', 'inventory', 'failing', 2],
      ['main', 'projects', 'ok', 0],
      ['main', 'rotations', 'ok', 0],
      ['main', 'rules', 'ok', 0],
      ['never', 'inventory', 'failing', 1],
    ]);
    expect(JSON.stringify(before.posture)).toContain(new Date(now - 188 * day).toISOString());
    expect(JSON.stringify(before.findings)).toContain('It failed 128 days ago.');

    const dropped = await dropPolls();
    const stays = expectedToStay();
    expect(dropped).toBe(all.length - stays.length);
    expect(dropped).toBeGreaterThan(50);
    expect(await stored()).toEqual(stays);
    expect(told).toEqual([dropped]);
    expect(await answers()).toEqual(before);

    expect(await dropPolls()).toBe(0);
    expect(await stored()).toEqual(stays);
    expect(told).toEqual([dropped]);
  });
});
