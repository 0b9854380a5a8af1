import { orgId } from '../../../store/org-id';
import { bind, sql } from '../../../store/sql';
import type { Store } from '../../../store/store';
import type { Project } from '../api/questions';

/** Names and slugs of projects, where they are new or changed. */
export async function keepProjectNames(
  store: Store,
  projects: readonly Project[],
  now: number,
): Promise<void> {
  const table = store.table('projects');
  const texts = (of: (project: Project) => string) => bind.texts(projects.map(of));
  await store.execute(
    sql`INSERT INTO ${table} (org_id, project_id, name, slug, seen_at)
        SELECT toUUID(named.1), named.2, named.3, named.4, ${bind.instant(now)}
        FROM (SELECT arrayJoin(arrayZip(${texts((project) => orgId(project.orgId))}, ${texts(({ id }) => id)}, ${texts(({ name }) => name)}, ${texts(({ slug }) => slug)})) AS named)
        WHERE (named.2, named.3, named.4) NOT IN (SELECT project_id, name, slug FROM ${table} FINAL)`,
    { surface: 'ingest' },
  );
}

/** Ids and organisations of the projects of a source that have items. */
export async function projectsWithItems(
  store: Store,
  source: string,
): Promise<{ id: string; orgId: string }[]> {
  const rows = await store.rows(
    sql`SELECT project_id, any(org_id) AS org FROM ${store.table('inventory_current')} FINAL
        WHERE source = ${bind.text(source)} AND NOT gone GROUP BY project_id ORDER BY project_id`,
    { surface: 'ingest' },
  );
  return rows.map(({ project_id: id, org }) => ({ id: String(id), orgId: String(org) }));
}
