import type { Cell, Row } from '../contract';
import { sql } from '../store/sql';
import { count } from './columns';
import { defineInsight } from './define';
import { inventoryFilters, noWindow, place, secretKey } from './inventory-fields';
import { choice } from './params';
import { splitUnknown, unknownFindings } from './unknown-findings';

export const duplicateSecrets = defineInsight({
  id: 'duplicate-secrets',
  version: 1,
  title: 'Duplicate secrets',
  about:
    'Secrets whose value another secret has too, of now. Values are compared by keyed digests, which a source makes only where its settings have a digest_key; without one duplicates are unknown. Empty values and values with references to other secrets are left out.',
  shape: 'table',
  defaultWindow: noWindow,
  knownFrom: ['inventory'],
  isReshaped: true,
  params: {
    scope: choice(
      'Scope',
      'project: copies inside one project; organisation: also in other projects that the caller may see',
      ['project', 'organisation'],
      'project',
    ),
  },
  filters: inventoryFilters,
  columns: {
    group_id: count('Group', 'Secrets with the same number have the same value', { isKey: true }),
    secret_key: secretKey,
    ...place,
    copies: count('Copies', 'Secrets with this value, in the scope'),
  },
  query: ({ param: { scope }, duplicates, findings }) => sql`
    SELECT * FROM (SELECT '' AS unknown_source, 0 AS unknown_projects, '' AS unknown_reason, toString(secret_group) AS same, secret_key, project, environment, secret_path, copies,
      min((project, environment, secret_path, secret_key)) OVER (PARTITION BY secret_group) AS first
    FROM ${duplicates(scope)}
    UNION ALL
    SELECT unknown_source, unknown_projects, unknown_reason, '', '', '', '', '', 0, ('', '', '', '') FROM ${unknownFindings(findings, 'digests')})
    ORDER BY unknown_source DESC, copies DESC, first, same, project, environment, secret_path, secret_key`,
  after: (all) => {
    const { rows, notices } = splitUnknown(
      all,
      'Duplicates',
      'set digest_key for it in the settings, which lets its collector read values and keep keyed digests of them.',
    );
    const numbers = new Map<Cell | undefined, number>();
    const numbered = rows.map((row: Row) => {
      if (!numbers.has(row.same)) numbers.set(row.same, numbers.size + 1);
      return { ...row, group_id: numbers.get(row.same) ?? null };
    });
    return { rows: numbered, notices };
  },
});
