import type { RequestHandler } from 'express';
import type { Capability } from '../contract';
import type { JsonSchema } from './schemas';

/** `open` needs no token, `token` any valid one; otherwise one of the named rights. */
export type Access = 'open' | 'token' | readonly Capability[];

/** One call of the API. What Express serves and what OpenAPI says both come from here. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'delete';
  /** As Express writes it: `/api/v1/insights/:id`. */
  path: string;
  access: Access;
  summary: string;
  description?: string;
  parameters?: readonly Parameter[];
  /** `json` is read and limited before the handler; `stream` is the handler's own. */
  body?: { kind: 'json' | 'stream'; types: readonly string[]; schema: JsonSchema };
  answer: Answer;
  handle: RequestHandler;
}

export interface Parameter {
  name: string;
  in: 'query' | 'path';
  description: string;
  schema: JsonSchema;
}

export interface Answer {
  status: 200 | 201 | 202 | 204;
  description: string;
  /** By media type. */
  content: Readonly<Record<string, JsonSchema>>;
}
