import type { Cell, Row } from '../contract';
import { bind, sql } from '../store/sql';
import { asOfParam } from './as-of';
import { count } from './columns';
import { defineInsight } from './define';
import { day, noWindow, place, placeFilters, staleDaysParam } from './inventory-fields';
import { text } from './params';

/** In the order of the weights. */
const scored = [
  'failed_rotations',
  'failed_syncs',
  'orphaned_leases',
  'duplicated_secrets',
] as const;
const presetWeights = '100/50/25/1';

export const projectRanking = defineInsight({
  id: 'project-ranking',
  version: 1,
  title: 'Project ranking',
  about:
    'Projects by how much in them needs attention: each figure times its weight, added up. What is unknown is empty and adds nothing. Stale secrets are shown and not scored.',
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['inventory'],
  needsKinds: true,
  params: {
    weights: text(
      'Weights',
      `Of failed rotations, failed syncs, orphaned leases and duplicated secrets, with slashes; ${presetWeights} as Infisical has them when not given`,
      {
        form: /^\d{1,6}(?:\/\d{1,6}){3}$/,
        allowed: `four whole numbers with slashes such as ${presetWeights}`,
      },
    ),
    stale_days: staleDaysParam,
    as_of: asOfParam,
  },
  filters: placeFilters,
  columns: {
    project: place.project,
    severity_score: count('Severity', 'The figures times their weights'),
    failed_rotations: count('Failed rotations', 'Rotations whose last run failed'),
    failed_syncs: count('Failed syncs', 'Syncs whose last run failed; empty where unknown'),
    orphaned_leases: count(
      'Orphaned leases',
      'Leases that could not be taken back; empty where unknown',
    ),
    duplicated_secrets: count(
      'Duplicated secrets',
      'Secrets that share their value with another of the project, of now; empty where unknown',
    ),
    stale_secrets: count('Stale secrets', 'Not changed for more than the days given'),
    total_secrets: count('Secrets', 'Every secret there is'),
  },
  query: ({ param: { stale_days: days }, asOf, isNow, items, duplicates, findings }) => {
    // Digests are of now alone.
    const duplicated = isNow
      ? sql`if(finding.known, toNullable(duplicate.secrets), NULL)`
      : sql`CAST(NULL, 'Nullable(UInt64)')`;
    return sql`
    SELECT item.project AS project, 0 AS severity_score, item.failed_rotations AS failed_rotations, item.failed_syncs AS failed_syncs,
      item.orphaned_leases AS orphaned_leases, ${duplicated} AS duplicated_secrets, item.stale_secrets AS stale_secrets, item.total_secrets AS total_secrets
    FROM (
      SELECT project, countIf(kind = 'rotation' AND failed) AS failed_rotations, countIf(kind = 'sync' AND failed) AS failed_syncs,
        countIf(kind = 'lease' AND failed) AS orphaned_leases,
        countIf(kind = 'secret' AND updated_at < ${bind.instant(asOf - days * day)}) AS stale_secrets, countIf(kind = 'secret') AS total_secrets
      FROM ${items(['environment', 'secret', 'rotation', 'sync', 'lease'], 'project', 'kind', 'failed', 'updated_at')}
      GROUP BY project
    ) AS item
    LEFT JOIN (SELECT project, count() AS secrets FROM ${duplicates('project')} GROUP BY project) AS duplicate ON item.project = duplicate.project
    LEFT JOIN (SELECT project, min(known) AS known FROM ${findings('digests')} GROUP BY project) AS finding ON item.project = finding.project
    ORDER BY project`;
  },
  after: (rows, { weights = presetWeights }, { kinds, nameOf }) => {
    const weightOf = weights.split('/').map(Number);
    const unknown: Row = {
      ...(!kinds.has('sync') && { failed_syncs: null }),
      ...(!kinds.has('lease') && { orphaned_leases: null }),
    };
    const known = rows.map((row) => ({ ...row, ...unknown }));
    const missing = scored.filter((column) => known.every((row: Row) => row[column] === null));
    const ranked = known
      .map((row: Row) => ({
        ...row,
        severity_score: scored.reduce(
          (sum, column, index) => sum + number(row[column]) * (weightOf[index] ?? 0),
          0,
        ),
        name: nameOf(row.project),
      }))
      .sort((a, b) => b.severity_score - a.severity_score || compare(a.name, b.name));
    return {
      rows: ranked,
      notices:
        rows.length === 0 || missing.length === 0
          ? []
          : [
              {
                severity: 'info',
                text: `Unknown and not in the score: ${missing.join(', ')}.`,
              },
            ],
    };
  },
});

const number = (cell: Cell | undefined): number => Number(cell ?? 0);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
