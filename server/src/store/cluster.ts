import type { Settings } from './engine';
import { rollups } from './rollups/tables';
import type { CompiledSql } from './sql';

/**
 * On a named cluster every table of ours is replicated. Those that grow with events are cut into shards
 * behind a Distributed table of the same name, so that whoever reads or inserts need not know; all
 * others are whole on every node, where joins and the state of the program find them without a network.
 *
 * This is the one place that knows. Statements are written for one server, and what creates or alters
 * is put into the cluster's words on its way out: `store.test` has the engine parse every one of them.
 */

/**
 * How events and counts are spread: all copies of an event meet on one shard, where merging removes
 * them, and a project's events stay together. Events of Akeyless have no project.
 */
const shardedBy: Readonly<Record<string, string>> = {
  infisical_events: 'cityHash64(orgId, projectId)',
  akeyless_events: 'cityHash64(org_id, id)',
  ...Object.fromEntries(rollups.map(({ table }) => [table, 'cityHash64(org_id, project_id)'])),
};

const name = '`(\\w+)`\\.`(\\w+)`';
const creating = new RegExp(`^\\s*CREATE TABLE (IF NOT EXISTS )?${name}`);
const viewing = new RegExp(
  `^\\s*CREATE MATERIALIZED VIEW (IF NOT EXISTS )?${name}( TO \\S+ AS [^]*\\bFROM )${name}`,
);
const altering = new RegExp(`^\\s*(ALTER TABLE|DELETE FROM|OPTIMIZE TABLE) ${name}`);
const database = /^\s*(CREATE DATABASE IF NOT EXISTS `\w+`)/;
const engine = /\bENGINE = (\w*MergeTree)(?:\(([^)]*)\))?/;

const local = (table: string): string => `${table}_local`;
const isSharded = (table: string): boolean => table in shardedBy;

/** The table whose parts hold the rows: on a cluster, that of each node. */
export const tableWithParts = (table: string, cluster: string | null): string =>
  cluster !== null && isSharded(table) ? local(table) : table;

/** @returns the statements that do on a cluster what the given one does on a server; most stay as they are. */
export function forCluster({ text, parameters }: CompiledSql, cluster: string): CompiledSql[] {
  const on = `ON CLUSTER \`${cluster}\``;
  const statements = (): string[] => {
    if (database.test(text)) return [text.replace(database, `$1 ${on}`)];
    const created = creating.exec(text);
    if (created && engine.test(text)) return create(text, created, cluster);
    if (viewing.test(text)) {
      return [
        text.replace(viewing, (_, guard: string, db, view, to, from: string, table: string) => {
          const source = isSharded(table) ? local(table) : table;
          return `CREATE MATERIALIZED VIEW ${guard}\`${db}\`.\`${view}\` ${on}${to}\`${from}\`.\`${source}\``;
        }),
      ];
    }
    const [, verb = '', db = '', table = ''] = altering.exec(text) ?? [];
    // A table that is whole on every node passes changes on by itself.
    if (!isSharded(table)) return [text];
    const inside = text.replace(altering, `${verb} \`${db}\`.\`${local(table)}\` ${on}`);
    const isAboutColumns = /^\s*ALTER TABLE \S+\s+(ADD|DROP|MODIFY|RENAME) COLUMN\b/.test(text);
    return isAboutColumns
      ? [inside, text.replace(altering, `${verb} \`${db}\`.\`${table}\` ${on}`)]
      : [inside];
  };
  return statements().map((each) => ({ text: each, parameters }));
}

function create(
  text: string,
  [start, guard = '', db = '', table = '']: RegExpExecArray,
  cluster: string,
): string[] {
  const on = `ON CLUSTER \`${cluster}\``;
  const key = shardedBy[table];
  const target = key === undefined ? table : local(table);
  // {uuid}, and not a name: a table that was dropped may leave its path for some minutes.
  const place =
    key === undefined
      ? `'/clickhouse/tables/{uuid}/all', '{shard}_{replica}'`
      : `'/clickhouse/tables/{uuid}/{shard}', '{replica}'`;
  const rest = text
    .slice(start.length)
    .replace(
      engine,
      (_, kind: string, version?: string) =>
        `ENGINE = Replicated${kind}(${version ? `${place}, ${version}` : place})`,
    );
  const whole = `CREATE TABLE ${guard}\`${db}\`.\`${target}\` ${on}${rest}`;
  if (key === undefined) return [whole];
  return [
    whole,
    `CREATE TABLE ${guard}\`${db}\`.\`${table}\` ${on} AS \`${db}\`.\`${target}\` ENGINE = Distributed(\`${cluster}\`, \`${db}\`, \`${target}\`, ${key})`,
  ];
}

/** What makes answers and acknowledgements mean the same on several nodes. */
export const clusterSettings: Settings = {
  // An insert that was acknowledged is on its shards.
  distributed_foreground_insert: 1,
  // A list that one shard would compute for itself is computed once, for all.
  distributed_product_mode: 'global',
  prefer_global_in_and_join: 1,
  // Changes of rows are waited for on every replica where a statement asks to wait.
  alter_sync: 2,
};

/** Of what has one writer: no node may know less than another that was asked before. */
export const clusterStateSettings: Settings = {
  insert_quorum: 'auto',
  insert_quorum_parallel: 0,
  select_sequential_consistency: 1,
};
