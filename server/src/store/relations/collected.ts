import type { Filter } from '../../contract';
import { all, bind, sql } from '../sql';
import type { Sql } from '../sql';
import type { Store } from '../store';
import type { ProjectScope } from './events';
import { condition } from './filter';

/** What collectors found out, of now. Each call gives a subquery with exactly the named columns. */
export interface CollectedRelations {
  /**
   * source, project, environment, secret_path, secret_key, secret_id, secret_group, copies: secrets whose
   * value another secret has too, in the same project or organisation; the filters choose among them.
   * Copies are those in projects that the caller may see.
   */
  duplicates: (scope: 'project' | 'organisation') => Sql;
  /** source, project, environment, secret_path, secret_key, rule_name, constraint_type, violation. */
  violations: () => Sql;
  /** source, kind, project, ok, error, finished_at: each attempt of the range to ask a source; an empty project is the whole source. */
  attempts: () => Sql;
  /**
   * source, project, known, reason: for every project whose inventory was read, whether the newest
   * attempt at the kind went well; the reason is empty where there was none.
   */
  findings: (kind: 'digests' | 'rules') => Sql;
}

export interface CollectedContext {
  scope: ProjectScope;
  filters: readonly Filter[];
  range: { from: number; to: number };
}

export function collectedRelations(
  store: Store,
  { scope, filters, range }: CollectedContext,
): CollectedRelations {
  const inScope: Sql[] = scope === null ? [] : [sql`project_id IN ${bind.texts(scope)}`];
  const byFilters = (columns: Readonly<Record<string, Sql>>): Sql[] =>
    filters.flatMap((filter) => {
      const column = columns[filter.field];
      return column && filter.values.length > 0 ? [condition(column, filter)] : [];
    });
  const ofSource = { source: sql`source` };
  const ofProject = { ...ofSource, project: sql`project_id` };
  const ofSecret = {
    ...ofProject,
    org: sql`org_id`,
    environment: sql`environment`,
    secret_path: sql`secret_path`,
    secret_key: sql`secret_key`,
  };
  const polls = store.table('inventory_polls');
  return {
    duplicates: (within) => {
      const group =
        within === 'project'
          ? sql`tuple(source, project_id, key_id, digest)`
          : sql`tuple(org_id, '', key_id, digest)`;
      // One organisation may be read by two connections: a secret that both see is one.
      const identity = sql`org_id, project_id, secret_id`;
      return sql`(
        SELECT source, project_id AS project, environment, secret_path, secret_key, secret_id, secret_group, copies
        FROM (
          SELECT *, ${group} AS secret_group, count() OVER (PARTITION BY secret_group) AS copies
          FROM (SELECT * FROM ${store.table('secret_digests')} WHERE ${all(inScope)} ORDER BY source LIMIT 1 BY ${identity}, key_id)
        )
        WHERE copies > 1 AND ${all(byFilters(ofSecret))})`;
    },
    violations: () => sql`(
      SELECT source, project_id AS project, environment, secret_path, secret_key, rule_name, constraint_type, violation
      FROM ${store.table('rule_verdicts')} WHERE ${all([...inScope, ...byFilters(ofSecret)])})`,
    attempts: () => sql`(
      SELECT source, kind_of_poll AS kind, project_id AS project, ok, error, finished_at FROM ${polls}
      WHERE finished_at >= ${bind.instant(range.from)} AND finished_at < ${bind.instant(range.to)}
        AND NOT startsWith(kind_of_poll, 'forgotten') AND ${all([...inScope, ...byFilters(ofProject)])})`,
    findings: (kind) => {
      const isOfKind = sql`kind_of_poll IN ${bind.texts([kind, `forgotten-${kind}`])}`;
      return sql`(
        SELECT source, project_id AS project, argMaxIf(ok, finished_at, ${isOfKind}) AS known, argMaxIf(error, finished_at, ${isOfKind}) AS reason
        FROM ${polls}
        WHERE (kind_of_poll = 'inventory' OR ${isOfKind}) AND ${all([...inScope, ...byFilters(ofProject)])}
          AND (source, project_id) IN (SELECT source, project_id FROM ${store.table('inventory_current')} FINAL WHERE kind = 'environment' AND NOT gone)
        GROUP BY source, project)`;
    },
  };
}
