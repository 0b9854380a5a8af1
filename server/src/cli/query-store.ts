import { existsSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { csvCell } from '../api/csv';
import { parseRestQuery } from '../api/rest-query';
import { openInsights, openStore } from '../compose';
import type { Config } from '../config/config';
import { capabilities } from '../contract';
import type { InsightResult } from '../contract';
import { csvDialect } from '../csv-dialect';
import { badParameter } from '../failure';
import { findInsight } from '../insights/catalogue';
import { runInsight } from '../insights/run';
import type { Caller } from '../insights/run';
import { StateLog } from '../store/state-log';
import { writeTable } from './query';
import type { Format } from './query';

/** Who can open the files may see what is in them. */
const owner: Caller = { capabilities: new Set(capabilities), projects: null };

/** Answers from an embedded store without a server. @throws Failure where a server has the store open. */
export async function queryStore(
  { limits, clickhouse, collectorIdentities }: Config,
  path: string,
  id: string,
  search: URLSearchParams,
  format: Format,
): Promise<void> {
  const insight = findInsight(id);
  const now = Date.now();
  const { query, range, limit } = parseRestQuery(insight, search, { now, rows: limits.rows });
  if (!existsSync(path)) {
    throw badParameter('store', `There is no store in ${path}: a server keeps it in data/store.`);
  }
  const store = await openStore({
    limits,
    clickhouse: { ...clickhouse, url: null },
    paths: { store: path },
  });
  try {
    const insights = await openInsights({
      store,
      state: await StateLog.replay(store),
      auditLogTables: [],
      collectorIdentities,
      rows: limits.rows,
    });
    const request = { query, ...(range && { range }), ...(limit !== undefined && { limit }) };
    print(await runInsight(insights, request, owner), format);
  } finally {
    await store.close();
  }
}

function print(result: InsightResult, format: Format): void {
  if (format === 'table') return writeTable(result);
  if (format === 'json') return void process.stdout.write(`${JSON.stringify(result)}\n`);
  const keys = result.columns.map(({ key }) => key);
  const lines = result.rows.map((row) => keys.map((key) => csvCell(row[key] ?? null)));
  process.stdout.write(stringify([keys, ...lines], csvDialect));
}
