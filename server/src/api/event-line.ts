import type { Insights } from '../insights/insights';
import type { EventLine } from '../store/relations/event-stream';
import type { StoredColumn } from '../store/vendor';
import { bind, join, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { ExportFormat } from './event-question';
import { shapeNeeds } from './event-shape';

/*
 * Lines of an export are made by the engine, in the structure of event-shape.ts: decoding each event
 * in JavaScript only to write it again took most of the time (docs/decisions.md).
 */

const needs: readonly StoredColumn[] = ['vendor', ...shapeNeeds];

/** Empty text is how the table keeps what an event did not name. */
const orNull = (text: Sql): Sql => sql`nullIf(toString(${text}), '')`;

/** As it was delivered, on one line: in JSON a line end can only stand between members. Text that is no object stays readable. */
const metadata = (text: Sql): Sql =>
  sql`multiIf(
    NOT isValidJSON(${text}), concat('{"unreadable":', toJSONString(${text}), '}'),
    NOT startsWith(trimLeft(${text}), '{'), concat('{"value":', ${text}, '}'),
    translate(${text}, '\\n\\r', '  '))`;

/** ISO 8601 in UTC with milliseconds, as every other answer has it; null stays null. */
const instant = (time: Sql): Sql =>
  sql`concat(replaceOne(toString(toDateTime64(${time}, 3, 'UTC')), ' ', 'T'), 'Z')`;

/** The text as JSON; null where it is. */
const json = (text: Sql): Sql => sql`ifNull(toJSONString(${text}), 'null')`;

/** The same for what has no character that JSON would escape. */
const quoted = (text: Sql): Sql => sql`concat('"', ${text}, '"')`;

interface Parts {
  id: Sql;
  time: Sql;
  type: Sql;
  eventClass: Sql;
  actorType: Sql;
  org: Sql;
  project: Sql;
  projectName: Sql;
  ip: Sql;
  userAgent: Sql;
  userAgentType: Sql;
  expires: Sql;
  eventMetadata: Sql;
  actorMetadata: Sql;
}

function partsOf({ vendor, projects }: Insights): Parts {
  const named = projects.all().filter(({ id, name }) => name !== '' && name !== id);
  const nameOf = sql`transform(toString(stored.project_id), ${bind.texts(named.map(({ id }) => id))}, ${bind.texts(named.map(({ name }) => name))}, '')`;
  return {
    id: sql`toString(stored.row_id)`,
    time: instant(sql`stored.row_time`),
    type: sql`toString(stored.event)`,
    eventClass: sql`toString(${vendor.eventClass})`,
    actorType: sql`toString(stored.actor_type)`,
    org: sql`toString(stored.row_org)`,
    project: orNull(sql`stored.project_id`),
    projectName: named.length === 0 ? sql`CAST(NULL, 'Nullable(String)')` : orNull(nameOf),
    ip: orNull(sql`stored.ip`),
    userAgent: orNull(sql`stored.user_agent`),
    userAgentType: orNull(sql`stored.client_type`),
    expires: instant(sql`stored.expires_at`),
    eventMetadata: metadata(sql`stored.event_metadata`),
    actorMetadata: metadata(sql`stored.actor_metadata`),
  };
}

const ndjson = (part: Parts): Sql => sql`concat(
  '{"id":', ${quoted(part.id)},
  ',"event":{"type":', ${json(part.type)}, ',"class":', ${json(part.eventClass)}, ',"metadata":', ${part.eventMetadata},
  '},"actor":{"type":', ${json(part.actorType)}, ',"metadata":', ${part.actorMetadata},
  '},"orgId":', ${quoted(part.org)}, ',"projectId":', ${json(part.project)}, ',"projectName":', ${json(part.projectName)},
  ',"ipAddress":', ${json(part.ip)}, ',"userAgent":', ${json(part.userAgent)}, ',"userAgentType":', ${json(part.userAgentType)},
  ',"timestamp":', ${quoted(part.time)}, ',"createdAt":', ${quoted(part.time)}, ',"updatedAt":', ${quoted(part.time)},
  ',"expiresAt":', ifNull(${quoted(part.expires)}, 'null'), '}')`;

/** A text as a cell of CSV, always in quotes; without them where it is null. Told by hand, as the engine's own `formatRow` takes four times as long. */
const cell = (text: Sql): Sql => sql`ifNull(${quoted(sql`replaceAll(${text}, '"', '""')`)}, '')`;

const csvColumns: Readonly<Record<string, (parts: Parts) => Sql>> = {
  id: ({ id }) => quoted(id),
  timestamp: ({ time }) => quoted(time),
  event_type: ({ type }) => cell(type),
  event_class: ({ eventClass }) => cell(eventClass),
  actor_type: ({ actorType }) => cell(actorType),
  org_id: ({ org }) => quoted(org),
  project_id: ({ project }) => cell(project),
  project_name: ({ projectName }) => cell(projectName),
  ip_address: ({ ip }) => cell(ip),
  user_agent: ({ userAgent }) => cell(userAgent),
  user_agent_type: ({ userAgentType }) => cell(userAgentType),
  expires_at: ({ expires }) => sql`ifNull(${quoted(expires)}, '')`,
  event_metadata: ({ eventMetadata }) => cell(eventMetadata),
  actor_metadata: ({ actorMetadata }) => cell(actorMetadata),
};

const csv = (parts: Parts): Sql => {
  const cells = Object.values(csvColumns).map((column, index) =>
    index === 0 ? column(parts) : sql`',', ${column(parts)}`,
  );
  return sql`concat(${join(cells, 'comma')}, '\\r')`;
};

interface Format {
  type: string;
  head: string;
  line: (parts: Parts) => Sql;
}

export const formats: Readonly<Record<ExportFormat, Format>> = {
  ndjson: { type: 'application/x-ndjson; charset=utf-8', head: '', line: ndjson },
  csv: {
    type: 'text/csv; charset=utf-8',
    head: `${Object.keys(csvColumns).join(',')}\r\n`,
    line: csv,
  },
};

/** An event as the text that an export has for it, without the last character of its line end. */
export const eventLine = (format: ExportFormat, insights: Insights): EventLine => ({
  needs,
  text: formats[format].line(partsOf(insights)),
});
