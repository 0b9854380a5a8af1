import { z } from 'zod';
import { capabilities } from '../contract';
import { insightQuerySchema } from '../insights/parse';
import { tokenRequestSchema } from '../tokens/token';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON schema of what a caller sends, from the schema that checks it. */
export function sentSchema(schema: z.ZodType): JsonSchema {
  const described = z.toJSONSchema(schema, { io: 'input' });
  delete described.$schema;
  return described;
}

export const text: JsonSchema = { type: 'string' };
export const whole: JsonSchema = { type: 'integer' };
const instant: JsonSchema = { type: 'string', format: 'date-time' };
const optionalInstant: JsonSchema = { type: ['string', 'null'], format: 'date-time' };
export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const anyObject: JsonSchema = { type: 'object' };

export const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** An object whose members are all there unless `optional` names them. */
export function record(
  members: Record<string, JsonSchema>,
  optional: readonly string[] = [],
): JsonSchema {
  return {
    type: 'object',
    properties: members,
    required: Object.keys(members).filter((name) => !optional.includes(name)),
  };
}

const shape: JsonSchema = { type: 'string', enum: ['series', 'table', 'numbers', 'logs'] };
const capability: JsonSchema = { type: 'string', enum: capabilities };

const tokenMembers = {
  id: text,
  name: text,
  capabilities: list(capability),
  projects: { type: ['array', 'null'], items: text },
  created_at: instant,
  expires_at: optionalInstant,
  fixed: {
    type: 'boolean',
    description: 'Given by a setting or a file, so not to be revoked here',
  },
};

const optionalText: JsonSchema = { type: ['string', 'null'] };
const auditEventSchema = record({
  id: text,
  event: record({ type: text, class: text, metadata: anyObject }),
  actor: record({ type: text, metadata: anyObject }),
  orgId: text,
  projectId: optionalText,
  projectName: optionalText,
  ipAddress: optionalText,
  userAgent: optionalText,
  userAgentType: optionalText,
  timestamp: instant,
  createdAt: instant,
  updatedAt: instant,
  expiresAt: optionalInstant,
});

/** The named shapes of the wire; contract.ts has the same in TypeScript. */
export const componentSchemas: Readonly<Record<string, JsonSchema>> = {
  Problem: {
    ...record(
      { type: text, title: text, status: whole, detail: text, field: text, query_id: text },
      ['field', 'query_id'],
    ),
    description: 'RFC 9457 problem details; `detail` is one sentence for a person',
  },
  Column: record({ key: text, type: text, unit: text, title: text, description: text }, ['unit']),
  Param: record(
    {
      key: text,
      kind: { type: 'string', enum: ['integer', 'text', 'choice', 'dimensions', 'instant'] },
      title: text,
      description: text,
      default: {},
      choices: list(text),
      most: whole,
      min: whole,
      max: whole,
      schema: anyObject,
    },
    ['default', 'choices', 'most', 'min', 'max'],
  ),
  FilterDescription: record({
    field: text,
    title: text,
    description: text,
    ops: list(text),
    completes: { type: 'boolean' },
  }),
  Insight: record({
    id: text,
    version: whole,
    title: text,
    about: text,
    shape,
    needs: capability,
    default_window: text,
    params: list(reference('Param')),
    filters: list(reference('FilterDescription')),
    columns: list(reference('Column')),
  }),
  Catalogue: record({ version: text, insights: list(reference('Insight')) }),
  Notice: record({ severity: { type: 'string', enum: ['info', 'warning', 'error'] }, text }),
  ResultMeta: record({
    insight: text,
    version: whole,
    from: instant,
    to: instant,
    zone: text,
    closed_until: optionalInstant,
    rows: whole,
    truncated: { type: 'boolean' },
    notices: list(reference('Notice')),
  }),
  InsightResult: record({
    columns: list(reference('Column')),
    rows: list(anyObject),
    meta: reference('ResultMeta'),
  }),
  InsightQuery: sentSchema(insightQuerySchema),
  QueryBatch: record({
    queries: list(
      record(
        {
          refId: text,
          query: reference('InsightQuery'),
          range: record({ from: { type: 'number' }, to: { type: 'number' } }),
          intervalMs: { type: 'number' },
          maxDataPoints: { type: 'number' },
        },
        ['intervalMs', 'maxDataPoints'],
      ),
    ),
  }),
  QueryBatchResult: record({
    results: {
      type: 'object',
      additionalProperties: record({ frames: list(anyObject), error: text, status: whole }, [
        'error',
        'status',
      ]),
    },
  }),
  FieldValues: record({
    field: text,
    values: list(record({ value: text, label: text })),
    truncated: { type: 'boolean' },
  }),
  AuditEvent: auditEventSchema,
  EventPage: record({
    events: list(reference('AuditEvent')),
    next_cursor: optionalText,
    notice: optionalText,
  }),
  Pseudonymised: record({
    pseudonym: text,
    events: whole,
    mentions: whole,
    spans: whole,
    notes: list(text),
  }),
  IngestAnswer: record({
    received: whole,
    stored: whole,
    rejected: list(record({ position: whole, field: text, reason: text })),
    rejected_total: whole,
  }),
  ForgottenDigests: record({ digests: whole }),
  Pong: record({ pong: text }),
  Token: record(tokenMembers),
  TokenList: record({ tokens: list(reference('Token')) }),
  NewToken: record({
    ...tokenMembers,
    token: { ...text, description: 'The token itself; shown this once' },
  }),
  TokenRequest: sentSchema(tokenRequestSchema),
  Status: record({ status: text }),
};
