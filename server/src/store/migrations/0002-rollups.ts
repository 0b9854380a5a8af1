import type { Migration } from '../migrate';
import { isInWordAlone, words } from '../rollups/words';
import type { Word } from '../rollups/words';
import { concat, identifier, sql } from '../sql';
import type { Sql } from '../sql';

/**
 * Counts of closed time. Every row belongs to a generation: one computation of one span of time, or the
 * sum of several. Only generations that are named are read, so one is replaced by naming another, at
 * once and whole. The rows of a generation lie together, so that a question reads those it names and
 * few others; only readers lie by secret, as they are asked for some secrets of many. Days are
 * partitioned by month: by day cost up to seven times as much over a year. Sums lie apart, so that who asks
 * for days passes over them, and by year, as who asks for a year reads the dictionaries of each part.
 *
 * What takes room is kept small: an actor and a secret are one word of a dictionary instead of four, the
 * first event the milliseconds since `time`, the last those since the first, and events what requests are
 * without suppressed repeats. Questions see the columns they know as aliases.
 */
export const rollups: Migration = {
  version: 2,
  name: 'rollups-with-sums-of-readers-by-year',
  statements: (store) => {
    const rollup = (name: string, columns: Sql, order: Sql, time = ownTime): Sql => sql`
      CREATE TABLE IF NOT EXISTS ${store.table(name)} (
        generation UInt32 CODEC(Delta, ZSTD(1)),
        is_sum Bool DEFAULT false,
        ${time.columns},
        source LowCardinality(String),
        vendor LowCardinality(String),
        org_id UUID CODEC(ZSTD(1)),
        project_id LowCardinality(String),
        ${columns}
        requests UInt64 CODEC(T64, ZSTD(1)),
        suppressed UInt64 CODEC(T64, ZSTD(1)),
        events UInt64 ALIAS requests - suppressed
      )
      ENGINE = MergeTree
      PARTITION BY if(is_sum, toYear(${time.partitionedBy}), toYYYYMM(${time.partitionedBy}))
      ORDER BY (${order})`;
    return [
      rollup(
        'rollup_day',
        sql`event LowCardinality(String), ${times}`,
        sql`generation, project_id, event`,
      ),
      rollup(
        'rollup_kind_day',
        sql`event LowCardinality(String),
        environment LowCardinality(String),
        actor_type LowCardinality(String),
        auth_method LowCardinality(String),
        client_type LowCardinality(String),
        outcome LowCardinality(String),
        ${lastTime}`,
        sql`generation, project_id, event`,
      ),
      rollup(
        'rollup_actor_day',
        sql`event LowCardinality(String),
        environment ${word},
        ${actor}
        auth_method ${word},
        client_type ${word},
        outcome LowCardinality(String),
        ${lastTime}`,
        sql`generation, project_id, event, actor, environment`,
      ),
      rollup(
        'rollup_secret_day',
        sql`event LowCardinality(String),
        ${secret}
        ${times}`,
        sql`generation, project_id, event, secret`,
      ),
      rollup(
        'rollup_reader_day',
        sql`event ${word},
        ${secret}
        ${actor}
        ${times}
        INDEX secrets secret TYPE set(64) GRANULARITY 1,`,
        sql`secret, generation, event, actor`,
      ),
      rollup(
        'rollup_quarter_hour',
        sql`event LowCardinality(String), ${times}`,
        // Reads are some events of many: those that are not are passed over.
        sql`generation, event, time, project_id`,
      ),
      rollup(
        'rollup_kind_quarter_hour',
        sql`event LowCardinality(String),
        environment LowCardinality(String),
        outcome LowCardinality(String),
        ${lastTime}`,
        sql`generation, project_id, event, time, environment`,
      ),
      rollup(
        'rollup_actor_quarter_hour',
        sql`event LowCardinality(String), ${actor}`,
        sql`generation, project_id, event, actor, quarter`,
        quarterOfDay,
      ),
    ];
  },
};

/** A word of many, which the default codec makes little smaller. */
const word = sql`LowCardinality(String) CODEC(ZSTD(3))`;

const times = sql`
  first_after UInt32 CODEC(T64, ZSTD(1)),
  lasted UInt32 CODEC(ZSTD(1)),
  first_time DateTime64(3, 'UTC') ALIAS time + toIntervalMillisecond(first_after),
  last_time DateTime64(3, 'UTC') ALIAS time + toIntervalMillisecond(toUInt64(first_after) + lasted),`;

const lastTime = sql`
  last_after UInt32 CODEC(T64, ZSTD(1)),
  last_time DateTime64(3, 'UTC') ALIAS time + toIntervalMillisecond(last_after),`;

const ownTime = {
  columns: sql`time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))`,
  partitionedBy: sql`time`,
};

/** Where rows do not lie by time: a number of one byte takes half the room. */
const quarterOfDay = {
  columns: sql`day DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
        quarter UInt8 CODEC(Delta, ZSTD(1)),
        time DateTime64(3, 'UTC') ALIAS day + toIntervalMinute(15 * quarter)`,
  partitionedBy: sql`day`,
};

/** A word, and the parts that it alone has. */
const wordAndParts = (name: Word): Sql => sql`
  ${identifier(name)} ${word},
  ${concat(
    Object.entries(words[name])
      .filter(([part]) => isInWordAlone(part, name))
      .map(([part, value]) => sql`${identifier(part)} LowCardinality(String) ALIAS ${value},`),
  )}`;
const actor = wordAndParts('actor');
const secret = wordAndParts('secret');
