import type { Filter, FilterOperator } from '../../contract';
import type { Vendor } from '../vendor';
import { all, anything, bind, identifier, join, sql } from '../sql';
import type { Sql } from '../sql';
import type { Asker, Store } from '../store';
import type { ProjectScope } from './events';
import { condition } from './filter';

/** The moment that posture is asked for. */
export interface AsOf {
  /** Epoch milliseconds. */
  instant: number;
  /** Whether that is now: then the newest of everything is meant. */
  isNow: boolean;
}

/** How a column of an item is made of the stored ones, and of which. */
interface Made {
  expression: Sql;
  needs: readonly string[];
}
const plain = (column: string): Made => ({
  expression: sql`stored.${identifier(column)}`,
  needs: [column],
});

/** What an inventory item has; `secret_key` is a secret's own name. */
const itemColumns = {
  source: plain('source'),
  vendor: plain('vendor'),
  org: plain('org_id'),
  project: plain('project_id'),
  kind: plain('kind'),
  id: plain('id'),
  name: plain('name'),
  secret_key: plain('name'),
  secret_keys: plain('secret_keys'),
  environment: plain('environment'),
  secret_path: plain('secret_path'),
  state: plain('state'),
  created_at: plain('created_at'),
  updated_at: plain('updated_at'),
  used_at: plain('used_at'),
  last_attempt_at: plain('last_attempt_at'),
  next_rotation_at: plain('next_rotation_at'),
  rotation_interval: plain('rotation_interval'),
  is_auto_rotated: plain('is_auto_rotated'),
  message: plain('message'),
  seen_at: plain('seen_at'),
};
export type ItemColumn = keyof typeof itemColumns | 'failed' | 'gone';

/** Kinds of items that insights ask for; a source may deliver others. */
export type ItemKind =
  | 'environment'
  | 'secret'
  | 'rotation'
  | 'folder'
  | 'dynamic-secret'
  | 'honey-token'
  | 'sync'
  | 'lease'
  | 'auth-method';

/** Each call gives a subquery with exactly the named columns, as of the moment that was asked for. */
export interface InventoryRelations {
  /** Secrets that are there, without those of environments that are not. */
  secrets: (...columns: ItemColumn[]) => Sql;
  rotations: (...columns: ItemColumn[]) => Sql;
  items: (kinds: readonly ItemKind[], ...columns: ItemColumn[]) => Sql;
  /** Every item that ever was there, as it was last known; `gone` tells which are not there any more. */
  itemsEver: (kinds: readonly ItemKind[], ...columns: ItemColumn[]) => Sql;
  /** The same of one kind, with ids of a subquery alone. */
  itemsEverOf: (kind: ItemKind, ids: Sql, ...columns: ItemColumn[]) => Sql;
  /** project, name, environment, secret_path, since, message: items of the kind whose state says that it failed, and since when. */
  failedItems: (kind: ItemKind) => Sql;
  /** source, project, known_since: the first time that an inventory was read to its end (null while it never was), of each project or, with an empty project, of a whole source. */
  inventoryPolls: () => Sql;
  /** kind: what the sources deliver at all, whatever is asked for. */
  deliveredKinds: () => Sql;
}

export interface InventoryContext {
  scope: ProjectScope;
  filters: readonly Filter[];
  asOf: AsOf;
  /** As `goneEnvironments` finds them. */
  goneEnvironments: readonly GoneEnvironment[];
}

export interface GoneEnvironment {
  source: string;
  project: string;
  environment: string;
}

/** Part of an item's identity, so the same in all its rows: may be asked before the newest row is known. */
const identityFields: ReadonlySet<string> = new Set(['source', 'org', 'project']);
/** The fields that inventory can be filtered by, beside the secret key. */
const filterColumns: Readonly<Record<string, Made>> = {
  source: itemColumns.source,
  org: itemColumns.org,
  project: itemColumns.project,
  environment: itemColumns.environment,
  secret_path: itemColumns.secret_path,
};

interface StoredItems {
  /** Stored columns that are needed: the engine's planning takes longer than its reading here. */
  columns: readonly string[];
  /** By identity alone. */
  before: Sql;
  after: Sql;
}

/** `FROM … WHERE …` over `stored`, of each item the row that held at the moment: chosen `before`, and of those `after`. */
const newestItems =
  (store: Store, asOf: AsOf) =>
  ({ columns, before, after }: StoredItems): Sql => {
    // `FINAL` merges before it looks at a condition, so that both stand on one level.
    if (asOf.isNow)
      return sql`FROM ${store.table('inventory_current')} AS stored FINAL WHERE ${before} AND ${after}`;
    const names = join([...new Set(columns)].map(identifier), 'comma');
    return sql`
      FROM (
        SELECT ${names} FROM ${store.table('inventory_history')} AS stored
        WHERE seen_at <= ${bind.instant(asOf.instant)} AND ${before}
        ORDER BY seen_at DESC LIMIT 1 BY kind, source, project_id, id
      ) AS stored WHERE ${after}`;
  };

/**
 * Environments that were taken out, with all that is in them. Asked by itself, as there are mostly none,
 * and then no question about the inventory has to be planned with them. A slug that was taken out and given
 * anew names a live environment.
 */
export async function goneEnvironments(
  store: Store,
  asOf: AsOf,
  asker: Asker,
): Promise<GoneEnvironment[]> {
  const columns = ['source', 'project_id', 'name', 'gone'];
  const rows = await store.rows(
    sql`SELECT source, project_id AS project, name AS environment
        ${newestItems(store, asOf)({ columns, before: sql`kind = 'environment'`, after: anything })}
        GROUP BY source, project, environment HAVING min(gone)`,
    asker,
  );
  return rows.map(({ source, project, environment }) => ({
    source: String(source),
    project: String(project),
    environment: String(environment),
  }));
}

export function inventoryRelations(
  store: Store,
  vendor: Pick<Vendor, 'itemFailed'>,
  { scope, filters, asOf, goneEnvironments: gone }: InventoryContext,
): InventoryRelations {
  const conditions = filters
    .filter(({ values }) => values.length > 0)
    .flatMap((filter) => itemCondition(filter));
  const conditionsOn = (isMeant: (field: string) => boolean): Sql[] =>
    conditions.filter(({ field }) => isMeant(field)).map((each) => each.expression);
  const inScope = scope === null ? [] : [sql`stored.project_id IN ${bind.texts(scope)}`];
  const before = all([...inScope, ...conditionsOn((field) => identityFields.has(field))]);
  const after = all(conditionsOn((field) => !identityFields.has(field)));
  const history = store.table('inventory_history');
  const current = store.table('inventory_current');
  const newest = newestItems(store, asOf);
  const ofKinds = (kinds: readonly ItemKind[]): Sql =>
    sql`(stored.kind IN ${bind.texts(kinds)} AND ${before})`;
  const inLiveEnvironment: Made =
    gone.length === 0
      ? { expression: anything, needs: [] }
      : {
          expression: sql`NOT has(arrayZip(${bind.texts(gone.map(({ source }) => source))}, ${bind.texts(gone.map(({ project }) => project))}, ${bind.texts(gone.map(({ environment }) => environment))}),
            (toString(stored.source), stored.project_id, toString(stored.environment)))`,
          needs: ['source', 'project_id', 'environment'],
        };
  const made: Record<ItemColumn, Made> = {
    ...itemColumns,
    failed: { expression: vendor.itemFailed, needs: ['vendor', 'kind', 'state'] },
    gone: {
      expression: sql`(stored.gone OR NOT ${inLiveEnvironment.expression})`,
      needs: ['gone', ...inLiveEnvironment.needs],
    },
  };
  const select = (columns: readonly ItemColumn[]): Sql =>
    join(
      columns.map((column) => sql`${made[column].expression} AS ${identifier(column)}`),
      'comma',
    );
  const neededFor = (columns: readonly ItemColumn[], others: readonly string[] = []): string[] => [
    ...columns.flatMap((column) => made[column].needs),
    ...conditions.flatMap(({ needs }) => needs),
    ...others,
  ];

  const chosen = (columns: readonly ItemColumn[], stored: StoredItems): Sql =>
    sql`(SELECT ${select(columns)} ${newest(stored)})`;

  const items: InventoryRelations['items'] = (kinds, ...columns) =>
    chosen(columns, {
      columns: neededFor(columns, ['gone', ...inLiveEnvironment.needs]),
      before: ofKinds(kinds),
      after: sql`NOT stored.gone AND ${inLiveEnvironment.expression} AND ${after}`,
    });

  const ever = (columns: readonly ItemColumn[], before: Sql): Sql =>
    chosen(columns, { columns: neededFor(columns), before, after });

  return {
    items,
    secrets: (...columns) => items(['secret'], ...columns),
    rotations: (...columns) => items(['rotation'], ...columns),
    itemsEver: (kinds, ...columns) => ever(columns, ofKinds(kinds)),
    itemsEverOf: (kind, ids, ...columns) =>
      ever(columns, sql`${ofKinds([kind])} AND stored.id IN ${ids}`),
    failedItems: (kind) => {
      const changes = sql`(
        SELECT source, project_id, id, maxIf(seen_at, NOT failed OR gone) AS last_well,
          arrayMin(arrayFilter(at -> at > last_well, groupArrayIf(seen_at, failed AND NOT gone))) AS since
        FROM (
          SELECT source, project_id, id, seen_at, gone, ${vendor.itemFailed} AS failed
          FROM ${history} AS stored WHERE seen_at <= ${bind.instant(asOf.instant)} AND ${ofKinds([kind])}
        )
        GROUP BY source, project_id, id)`;
      return sql`(
        SELECT item.project AS project, item.name AS name, item.environment AS environment, item.secret_path AS secret_path, change.since AS since, item.message AS message
        FROM ${items([kind], 'source', 'project', 'id', 'name', 'environment', 'secret_path', 'message', 'failed')} AS item
        LEFT JOIN ${changes} AS change ON item.source = change.source AND item.project = change.project_id AND item.id = change.id
        WHERE item.failed)`;
    },
    inventoryPolls: () => {
      // A poll of a whole source answers for every project in it.
      const ofProjects = [...inScope, ...conditionsOn((field) => field === 'project')];
      return sql`(
        SELECT source, project_id AS project, if(countIf(ok) = 0, NULL, minIf(finished_at, ok)) AS known_since
        FROM ${store.table('inventory_polls')} AS stored
        WHERE kind_of_poll = 'inventory' AND (project_id = '' OR ${all(ofProjects)}) AND ${all(conditionsOn((field) => field === 'source'))}
        GROUP BY source, project)`;
    },
    deliveredKinds: () => sql`(SELECT DISTINCT kind FROM ${current})`,
  };
}

const opposites: Partial<Record<FilterOperator, FilterOperator>> = {
  'not-in': 'in',
  'not-contains': 'contains',
};

/** A condition on `stored`, a row of the inventory; of fields that it does not have, none. */
function itemCondition(filter: Filter): (Made & { field: string })[] {
  const { field } = filter;
  if (field === 'secret_key') {
    // A rotation writes several keys: it is among those asked for where one of them is.
    const opposite = opposites[filter.op];
    const wanted = opposite === undefined ? filter : { ...filter, op: opposite };
    const keys = sql`if(stored.kind = 'secret', [stored.name], stored.secret_keys)`;
    const matches = sql`arrayExists(key -> ${condition(sql`key`, wanted)}, ${keys})`;
    const expression = opposite === undefined ? matches : sql`NOT ${matches}`;
    return [{ field, expression, needs: ['kind', 'name', 'secret_keys'] }];
  }
  const column = filterColumns[field];
  return column ? [{ field, ...column, expression: condition(column.expression, filter) }] : [];
}
