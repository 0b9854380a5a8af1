import { randomUUID } from 'node:crypto';
import type { FlatEvent } from './events';
import type { TestStore } from './harness';

const statement = (test: TestStore, text: string): Promise<void> =>
  test.engine.execute(
    { text, parameters: {} },
    {
      queryId: randomUUID(),
      isOwn: true,
      settings: {
        allow_experimental_json_type: 1,
        date_time_input_format: 'best_effort',
        input_format_skip_unknown_fields: 1,
        input_format_null_as_default: 1,
      },
    },
  );

/** Infisical's own two layouts of `audit_logs`: metadata as JSON, later as text. */
const layouts = {
  json: {
    columns: `id UUID, actor LowCardinality(String), actorMetadata JSON, ipAddress String,
      eventType LowCardinality(String), eventMetadata JSON, userAgent LowCardinality(String),
      userAgentType LowCardinality(String), createdAt DateTime64(6), orgId UUID, projectId String`,
    table: '',
  },
  text: {
    columns: `id UUID DEFAULT generateUUIDv7(), actor LowCardinality(String), actorMetadata String CODEC(ZSTD(3)),
      ipAddress String, eventType LowCardinality(String), eventMetadata String CODEC(ZSTD(3)),
      userAgent LowCardinality(String), userAgentType LowCardinality(String),
      createdAt DateTime64(6) CODEC(DoubleDelta, ZSTD(3)), orgId UUID, projectId String, expiresAt DateTime64(6),
      INDEX idx_created_at createdAt TYPE minmax GRANULARITY 1`,
    table: 'TTL toDateTime(expiresAt)',
  },
} as const;
export type Layout = keyof typeof layouts;

/** A customer's table in a database of its own, as Infisical creates and fills it. */
export async function createAuditLogTable(
  test: TestStore,
  layout: Layout,
  name: string,
  events: readonly FlatEvent[],
): Promise<void> {
  const { columns, table } = layouts[layout];
  await statement(test, 'CREATE DATABASE IF NOT EXISTS infisical');
  await statement(
    test,
    `CREATE TABLE infisical.${name} (${columns}) ENGINE = ReplacingMergeTree
     PARTITION BY toYYYYMM(createdAt) PRIMARY KEY (orgId, projectId, createdAt, id)
     ORDER BY (orgId, projectId, createdAt, id) ${table} SETTINGS index_granularity = 8192`,
  );
  const rows = events.map((event) => ({
    ...event,
    projectId: event.projectId ?? '',
    ipAddress: event.ipAddress ?? '',
    userAgent: event.userAgent ?? '',
    userAgentType: event.userAgentType ?? '',
    actorMetadata: inLayout(layout, event.actorMetadata),
    eventMetadata: inLayout(layout, event.eventMetadata),
    ...(layout === 'text' && { expiresAt: '2099-01-01T00:00:00.000Z' }),
  }));
  const file = test.spool(rows.map((row) => JSON.stringify(row)).join('\n'));
  const metadata = layout === 'json' ? 'JSON' : 'String';
  const structure = `id UUID, actor String, actorMetadata ${metadata}, ipAddress String, eventType String, eventMetadata ${metadata}, userAgent String, userAgentType String, createdAt DateTime64(6), orgId UUID, projectId String${layout === 'text' ? ', expiresAt DateTime64(6)' : ''}`;
  const names = structure.replace(/ [A-Z][^,]*/g, '');
  await statement(
    test,
    `INSERT INTO infisical.${name} (${names}) SELECT ${names} FROM file('${file}', 'JSONEachRow', '${structure}')`,
  );
}

const inLayout = (layout: Layout, metadata: Record<string, unknown> = {}): unknown =>
  layout === 'text' ? JSON.stringify(metadata) : metadata;

export const dropAuditLogTables = (test: TestStore): Promise<void> =>
  statement(test, 'DROP DATABASE IF EXISTS infisical');

/** Tables that are not Infisical's. */
export async function createForeignTable(test: TestStore, name: string): Promise<void> {
  await statement(test, 'CREATE DATABASE IF NOT EXISTS infisical');
  await statement(
    test,
    `CREATE TABLE infisical.${name} (id UUID, createdAt DateTime64(6), actor String) ENGINE = MergeTree ORDER BY id`,
  );
}
