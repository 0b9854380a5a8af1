import { objectOf } from '../insights/events';
import type { Insights } from '../insights/insights';
import type { StoredColumn } from '../store/vendor';
import type { EventRow } from '../store/relations/event-pages';
import type { EventColumn } from '../store/relations/events';
import { identifier, sql } from '../store/sql';

/** An event in the nested structure of Infisical's own audit-log API. */
export interface AuditEvent {
  id: string;
  event: { type: string; class: string; metadata: Record<string, unknown> };
  actor: { type: string; metadata: Record<string, unknown> };
  orgId: string;
  projectId: string | null;
  projectName: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  userAgentType: string | null;
  timestamp: string;
  createdAt: string;
  /** An event never changes: when it was created. */
  updatedAt: string;
  expiresAt: string | null;
}

/** Columns as they are stored that the structure is made of. */
export const shapeNeeds = [
  'event',
  'event_metadata',
  'actor_type',
  'actor_metadata',
  'project_id',
  'ip',
  'user_agent',
  'client_type',
  'expires_at',
] as const satisfies readonly StoredColumn[];

/** The columns that the structure is made of. */
export const shapeColumns = ({ vendor }: Insights): EventColumn[] => [
  ...shapeNeeds.map((column) => ({
    as: column,
    expression: sql`stored.${identifier(column)}`,
    needs: [column],
  })),
  { as: 'class', expression: vendor.eventClass, needs: ['event', 'vendor'] },
];

/** Empty text is how the table keeps what an event did not name. */
const orNull = (text: unknown): string | null =>
  text === '' || text === null ? null : String(text);

export function auditEvent(row: EventRow, { projects }: Insights): AuditEvent {
  const time = String(row.row_time);
  const projectId = orNull(row.project_id);
  const projectName = projectId === null ? null : projects.nameOf(projectId);
  return {
    id: String(row.row_id),
    event: {
      type: String(row.event),
      class: String(row.class),
      metadata: objectOf(row.event_metadata),
    },
    actor: { type: String(row.actor_type), metadata: objectOf(row.actor_metadata) },
    orgId: String(row.row_org),
    projectId,
    projectName: projectName === projectId ? null : projectName,
    ipAddress: orNull(row.ip),
    userAgent: orNull(row.user_agent),
    userAgentType: orNull(row.client_type),
    timestamp: time,
    createdAt: time,
    updatedAt: time,
    expiresAt: orNull(row.expires_at),
  };
}
