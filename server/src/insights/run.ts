import type { Capability, InsightQuery, InsightResult } from '../contract';
import { Failure } from '../failure';
import type { Insights } from './insights';
import { bucketGrain, bucketStart, checkBucketCount, chooseBucket } from './bucket';
import type { BucketSize, FixedBucket } from './bucket';
import { asOfMoment } from './as-of';
import { findInsight } from './catalogue';
import { describeColumns } from './columns';
import type { Insight, Question } from './define';
import type { Params } from './params';
import { searchEvents } from './event-search';
import { bucketsFor, fillSeries } from './fill';
import { knowledgeFor, nothingMatches } from './knowledge';
import { leftOut, pickColumns, present, tooMany, whyEmpty } from './present';
import { fillLink } from './links';
import { liveRange } from './live-range';
import {
  checkRange,
  checkVersion,
  knownZone,
  parseFilters,
  parseParams,
  requireFilterRights,
  splitFilters,
} from './parse';
import { bind, Sql, sql } from '../store/sql';
import type { Asker } from '../store/store';
import { goneEnvironments } from '../store/relations/inventory';
import { relationsFor } from '../store/relations/relations';
import type { RelationContext, Relations } from '../store/relations/relations';
import type { ProjectScope } from '../store/relations/events';

/** Who asks: what they may do, and which projects they may see. */
export interface Caller {
  capabilities: ReadonlySet<Capability>;
  /** Ids; null is every project. */
  projects: ProjectScope;
}

export interface InsightRequest {
  query: InsightQuery;
  /** Epoch milliseconds, half-open; without it the insight's default window. */
  range?: { from: number; to: number };
  /** How many points a chart can show; `auto` buckets fit it. */
  points?: number;
  /** From a dashboard, whose filters reach panels that they do not fit: those are left out with a notice. */
  isFromDashboard?: boolean;
  /** Rows at most; the server's own limit is the ceiling. */
  limit?: number;
  /** What waits for the answer; a screen where not given. */
  surface?: 'insight' | 'alert' | 'report';
  signal?: AbortSignal;
}

const day = 86_400_000;

/** Answers one question. Every reader (API, Grafana, command line, report) comes through here. */
export async function runInsight(
  insights: Insights,
  request: InsightRequest,
  caller: Caller,
): Promise<InsightResult> {
  const insight = findInsight(request.query.insight);
  requireCapability(insight, caller);
  checkVersion(insight, request.query.version);
  const param = parseParams(insight, request.query.params);
  const { applying, foreign } = request.isFromDashboard
    ? splitFilters(insight, insights.events.fields, request.query.filters)
    : { applying: request.query.filters, foreign: [] };
  const parsed = parseFilters(insight, insights.events.fields, applying);
  requireFilterRights(parsed, insights.events.fields, caller.capabilities);
  const filters = insights.projects.resolveFilters(parsed);
  const zone = knownZone(request.query.zone, insights.zones);
  const now = insights.now();
  const range = liveRange(
    checkRange(request.range ?? insight.defaultWindow.range(now), insight),
    now,
  );
  const bucket = fixedBucket(param.bucket as BucketSize | undefined, range, request.points);
  if (insight.fill) checkBucketCount(range.to - range.from, bucket, insights.settings.rows);
  const wholeDays = {
    from: Math.ceil(range.from / day) * day,
    to:
      range.to >= now - day / 24
        ? Math.ceil(range.to / day) * day
        : Math.floor(range.to / day) * day,
  };
  const asOf = asOfMoment(param.as_of as string | undefined, now);
  const asker = {
    surface: request.surface ?? 'insight',
    insight: insight.id,
    ...(request.signal && { signal: request.signal }),
  };
  const closedUntil = insights.closedUntil(range);
  const context: RelationContext = {
    range,
    wholeDays,
    scope: caller.projects,
    filters,
    grain: bucketGrain(bucket, zone),
    readDefinition: param.reads === 'access-log' ? 'access-log' : 'insights',
    excludedIdentities: insights.settings.collectorIdentities,
    asOf,
    goneEnvironments: [],
  };
  const relate = (more: Partial<RelationContext>): Relations =>
    relationsFor(insights.store, insights.vendor, insights.events, { ...context, ...more });
  // By itself, as the statement is made with it: beside others it would take longer.
  const relations = insight.knownFrom?.some((origin) => origin !== 'usage')
    ? relate({ goneEnvironments: await goneEnvironments(insights.store, asOf, asker) })
    : relate({});
  const limit = Math.min(request.limit ?? insights.settings.rows, insights.settings.rows);
  const question: Question<Params> = {
    ...relations,
    param,
    limit,
    bucket: bucketStart(bucket, zone, sql`time`),
    to: bind.instant(range.to),
    eventsOfWholeDays: relate({ range: wholeDays }).events,
    closedUntil:
      closedUntil === null
        ? sql`CAST(NULL, 'Nullable(DateTime64(3, \\'UTC\\'))')`
        : sql`toNullable(${bind.instant(closedUntil)})`,
    asOf: asOf.instant,
    isNow: asOf.isNow,
    zone,
  };
  const before = await Promise.all(
    insight.before(question).map((statement) => insights.store.rows(statement, asker)),
  );
  const asked = insight.query(question, before);
  const columns = insight.columns(param);
  const isSearch = 'order' in asked;
  const answering = isSearch
    ? searchEvents(
        insights,
        { ...asked, limit: Math.min(asked.limit, limit) },
        columns,
        context,
        asker,
      )
    : answer(
        insights,
        asked instanceof Sql ? [asked] : asked,
        insight.isReshaped ? insights.settings.rows : limit,
        asker,
      );
  const [{ rows: raw, isCut: cut, notices: ofSearch }, knowledge, buckets] = await Promise.all([
    answering,
    knowledgeFor(insights.store, insight, relations, context, asker),
    insight.fill
      ? bucketsFor(insights.store, { relations, range, bucket, zone }, answering, asker)
      : [],
  ]);
  const made = insight.after(raw, param, {
    before,
    asOf: asOf.instant,
    zone,
    limit,
    kinds: knowledge.kinds,
    nameOf: (project) => insights.projects.nameOf(project),
    limits: insights.settings.usageLimits,
    linkTo: (what, row, values) =>
      fillLink(insights.settings.links[String(row.source)]?.[what], values),
  });
  const computed = {
    // One more than is shown tells that there are more.
    rows: pickColumns(made.rows.slice(0, limit + 1), columns, knowledge),
    notices: [...knowledge.notices, ...(made.notices ?? [])],
  };
  const filled = insight.fill
    ? fillSeries({ rows: computed.rows, measure: insight.fill, limit, truncated: cut }, buckets)
    : computed.rows;
  const truncated = cut || filled.length > limit;
  const { rows, notices } = present(insights, filled.slice(0, limit), columns, caller);
  return {
    columns: describeColumns(columns),
    rows,
    meta: {
      insight: insight.id,
      version: insight.version,
      from: new Date(range.from).toISOString(),
      to: new Date(range.to).toISOString(),
      zone,
      closed_until: closedUntil === null ? null : new Date(closedUntil).toISOString(),
      rows: rows.length,
      truncated,
      notices: [
        ...foreign.map((field) => leftOut(insight, field)),
        ...computed.notices,
        ...ofSearch,
        ...notices,
        ...(truncated ? [tooMany(rows.length)] : []),
        ...(computed.rows.length > 0 || ofSearch.length > 0
          ? []
          : insight.knownFrom
            ? nothingMatches(computed.notices, asOf)
            : [await whyEmpty(insights, isSearch ? null : relations, range, asker)]),
      ],
    },
  };
}

async function answer(
  insights: Insights,
  statements: readonly Sql[],
  limit: number,
  asker: Asker,
): Promise<Awaited<ReturnType<typeof searchEvents>>> {
  const answers = await Promise.all(
    statements.map((statement) =>
      insights.store.rows(
        sql`SELECT * FROM (${statement}) LIMIT ${bind.integer(limit + 1)}`,
        asker,
      ),
    ),
  );
  const rows = answers.flat();
  return { rows: rows.slice(0, limit), isCut: rows.length > limit, notices: [] };
}

function requireCapability(insight: Insight, caller: Caller): void {
  if (caller.capabilities.has(insight.needs)) return;
  throw new Failure(
    'not-allowed',
    `${insight.id} needs the right '${insight.needs}', which this caller does not have.`,
    {
      field: 'insight',
    },
  );
}

function fixedBucket(
  size: BucketSize | undefined,
  range: { from: number; to: number },
  points?: number,
): FixedBucket {
  return size === undefined || size === 'auto' ? chooseBucket(range.to - range.from, points) : size;
}
