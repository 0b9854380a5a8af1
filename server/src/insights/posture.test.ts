import * as fc from 'fast-check';
import { before, fillInventory, places, randomInventory } from '../../test/inventory-world';
import { PostureOracle, hasFailed, reminderRow, rotationRow } from '../../test/posture-oracle';
import type { Posed } from '../../test/posture-oracle';
import { ask, everyone, now, openTestStore } from '../../test/harness';
import { Random } from '../../test/random';
import { columnsOf, sortedRows } from '../../test/rows';
import type { Filter, Row } from '../contract';
import type { Insights } from './insights';

const day = 86_400_000;

const filterSets: Filter[][] = [
  [],
  [{ field: 'environment', op: 'in', values: ['prod', 'a"b'] }],
  [{ field: 'project', op: 'not-in', values: ['project-a'] }],
  [{ field: 'secret_path', op: 'glob', values: ['/app/*'] }],
  [
    { field: 'secret_key', op: 'not-in', values: ['API_KEY'] },
    { field: 'source', op: 'in', values: ['main'] },
  ],
  [{ field: 'secret_key', op: 'contains', values: ['KEY', '"'] }],
  [{ field: 'org', op: 'in', values: [places[2]?.org ?? ''] }],
  [{ field: 'environment', op: 'not-in', values: ['dev'] }],
];
const scopes = [undefined, ['project-a', 'project-c'], ['project-b']];

/** The whole of posture beside a second computation, over inventories that change under the question. */
it('agrees with the polls themselves, now and in the past, for every scope and filter', async () => {
  const compared = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
      const test = await openTestStore();
      const world = randomInventory(new Random(seed));
      await fillInventory(test, world);
      const insights = await test.insights();
      const oracle = new PostureOracle(world);
      for (const asOf of [now, before]) {
        // No filter, and two others that differ from one world to the next.
        for (const index of [0, 1 + (seed % 7), 1 + ((seed + 3) % 7)]) {
          const scope = scopes[(seed + index) % scopes.length];
          const filled = await compareAll(insights, oracle, {
            asOf,
            filters: filterSets[index] ?? [],
            ...(scope && { scope }),
          });
          for (const id of filled) compared.add(id);
        }
      }
      await test.close();
    }),
    // One that has something in every list, and others.
    { numRuns: 3, endOnFailure: true, examples: [[20_260_315]] },
  );
  // Each list had something in it at least once.
  expect([...compared].sort()).toEqual([
    'calendar',
    'failed-rotations',
    'failed-syncs',
    'new-secrets',
    'orphaned-leases',
    'overdue-reminders',
    'project-ranking',
    'stale-secrets',
    'upcoming-reminders',
    'upcoming-rotations',
  ]);
}, 300_000);

async function compareAll(
  insights: Insights,
  oracle: PostureOracle,
  posed: Posed,
): Promise<string[]> {
  const { asOf, scope, filters = [] } = posed;
  const filled: string[] = [];
  const isKnown = oracle.isKnown(posed);
  const rowsOf = async (id: string, params: Record<string, unknown> = {}): Promise<Row[]> => {
    const { rows } = await ask(insights, id, {
      params: { ...params, ...(asOf !== now && { as_of: String(asOf) }) },
      filters: filters.filter(({ field }) => field !== 'secret_key' || !noKeys.has(id)),
      caller: { ...everyone, projects: scope ?? null },
    });
    if (rows.length > 0) filled.push(id);
    return rows;
  };
  const same = (rows: Row[], expected: Row[]): void => {
    const [first] = expected;
    expect(sortedRows(columnsOf(rows, ...Object.keys(first ?? {})))).toEqual(sortedRows(expected));
    expect(rows).toHaveLength(expected.length);
  };
  const withoutKeys = {
    ...posed,
    filters: filters.filter(({ field }) => field !== 'secret_key'),
  };

  const [summary] = await rowsOf('summary');
  filled.pop();
  const figures = oracle.summary(posed);
  if (isKnown) {
    expect(summary).toMatchObject(figures);
    expect(
      (await rowsOf('summary', { days_ahead: '365', stale_days: 1, lookback_days: 90 }))[0],
    ).toMatchObject(oracle.summary(posed, { ahead: 365, stale: 1, back: 90 }));
    filled.pop();
  } else {
    expect(summary).toMatchObject({
      total_secrets: null,
      failed_rotations: null,
      stale_secrets: null,
    });
  }

  const rotations = oracle.live('rotation', posed);
  const upcoming = await rowsOf('upcoming-rotations');
  same(
    upcoming,
    rotations
      .filter(({ nextRotationAt: next }) => next && next >= asOf && next <= asOf + 7 * day)
      .map(rotationRow),
  );
  const dates = upcoming.map((row) => String(row.next_rotation_at));
  expect(dates).toEqual([...dates].sort());

  same(
    await rowsOf('failed-rotations'),
    rotations.filter(hasFailed).map((rotation) => {
      const { since, count } = oracle.failures(rotation, asOf);
      return {
        ...rotationRow(rotation),
        failing_since: since === null ? null : new Date(since).toISOString(),
        attempts_failed: count,
        message:
          rotation.message !== '' ? (rotation.message ?? '') : count === null ? '' : 'of the event',
      };
    }),
  );

  for (const recurring of ['carried', 'as-stored'] as const) {
    const reminders = oracle.reminders(posed, recurring);
    same(
      await rowsOf('upcoming-reminders', { recurring, days_ahead: 7 }),
      reminders.filter(({ due }) => due >= asOf && due <= asOf + 7 * day).map(reminderRow),
    );
    same(
      await rowsOf('overdue-reminders', { recurring }),
      reminders.filter(({ due }) => due < asOf).map(reminderRow),
    );
  }

  const stale = await rowsOf('stale-secrets');
  same(
    stale,
    oracle
      .live('secret', posed)
      .filter(({ updatedAt }) => updatedAt && updatedAt < asOf - 90 * day)
      .map((secret) => ({
        secret_key: secret.name,
        project: secret.project,
        environment: secret.environment ?? '',
        secret_path: secret.secretPath ?? '',
        last_updated_at: new Date(secret.updatedAt ?? 0).toISOString(),
        days_since_update: Math.floor((asOf - (secret.updatedAt ?? 0)) / day),
      })),
  );
  const ages = stale.map((row) => Number(row.days_since_update));
  expect(ages).toEqual([...ages].sort((a, b) => b - a));

  const [counts] = await rowsOf('inventory-counts');
  filled.pop();
  if (isKnown) {
    const number = (kind: string): number => oracle.live(kind, withoutKeys).length;
    expect(counts).toEqual({
      secrets: number('secret'),
      folders: number('folder'),
      rotations: number('rotation'),
      dynamic_secrets: number('dynamic-secret'),
      // No source delivers any.
      honey_tokens: null,
    });
  }

  const weeks = await rowsOf('new-secrets', { weeks: 5 });
  const created = oracle.ever('secret', posed).map(({ createdAt }) => createdAt);
  expect(weeks).toHaveLength(5);
  for (const week of isKnown ? weeks : []) {
    const from = Date.parse(String(week.time));
    expect(new Date(from).getUTCDay()).toBe(1);
    expect(week.secrets).toBe(
      created.filter((at) => at && at >= from && at < from + 7 * day && at <= asOf).length,
    );
    expect(week.partial).toBe(asOf < from + 7 * day);
  }

  const ranking = await rowsOf('project-ranking', { weights: '7/5/3/2' });
  const ofKind = (kind: string, project: unknown) =>
    oracle.live(kind, withoutKeys).filter((each) => each.project === project);
  for (const row of ranking) {
    const failed = (kind: string): number => ofKind(kind, row.project).filter(hasFailed).length;
    expect(row).toMatchObject({
      failed_rotations: failed('rotation'),
      failed_syncs: failed('sync'),
      orphaned_leases: failed('lease'),
      severity_score: 7 * failed('rotation') + 5 * failed('sync') + 3 * failed('lease'),
      duplicated_secrets: null,
      total_secrets: ofKind('secret', row.project).length,
    });
  }
  const scores = ranking.map((row) => Number(row.severity_score));
  expect(scores).toEqual([...scores].sort((a, b) => b - a));

  for (const [id, kind] of [
    ['failed-syncs', 'sync'],
    ['orphaned-leases', 'lease'],
  ] as const) {
    same(
      await rowsOf(id),
      oracle
        .live(kind, withoutKeys)
        .filter(hasFailed)
        .map((each) => ({
          name: each.name,
          project: each.project,
          environment: each.environment ?? '',
          secret_path: each.secretPath ?? '',
          since: new Date(oracle.failedSince(each, asOf) ?? NaN).toISOString(),
          message: each.message ?? '',
        })),
    );
  }

  same(
    columnsOf(
      await rowsOf('calendar', { shape: 'events', month: '2026-03' }),
      'at',
      'kind',
      'title',
      'projected',
    ),
    calendarOf(oracle, posed, Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 1)),
  );
  return filled;
}

const noKeys = new Set(['inventory-counts', 'project-ranking', 'failed-syncs', 'orphaned-leases']);

/** Step by step from each date on. */
function calendarOf(oracle: PostureOracle, posed: Posed, from: number, to: number): Row[] {
  const items = [
    ...oracle.live('rotation', posed).map((each) => ({
      kind: 'rotation',
      title: each.name,
      due: each.nextRotationAt,
      step: each.isAutoRotated === false ? 0 : (each.rotationInterval ?? 0) * day,
    })),
    ...oracle.reminders(posed, 'carried').map((each) => ({
      kind: 'reminder',
      title: each.secret?.name ?? each.secretId,
      due: each.due,
      step: (each.repeatDays ?? 0) * day,
    })),
  ];
  return items.flatMap(({ kind, title, due, step }) => {
    const rows: Row[] = [];
    if (!due) return rows;
    for (let at = due; at < to; at += step) {
      const projected = at !== due;
      if (at >= from && (!projected || at >= posed.asOf)) {
        rows.push({ at: new Date(at).toISOString(), kind, title, projected });
      }
      if (step === 0) break;
    }
    return rows;
  });
}
