import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { ApiCaller } from './caller';

/** What is known of a request beside what Express knows. */
export interface RequestContext {
  /** Finds the request in the log; ours, never the client's word. */
  readonly id: string;
  /** The route's pattern: an address itself can carry names and links that are secrets. */
  route: string;
  caller: ApiCaller | null;
}

const contexts = new WeakMap<Request, RequestContext>();

export function contextOf(request: Request): RequestContext {
  const known = contexts.get(request);
  if (known) return known;
  const context: RequestContext = { id: randomUUID(), route: 'none', caller: null };
  contexts.set(request, context);
  return context;
}

/** For routes behind authentication. */
export function callerOf(request: Request): ApiCaller {
  const { caller } = contextOf(request);
  if (!caller) throw new Error('a route without authentication asked who its caller is');
  return caller;
}

/** The part of the address that a route's pattern names. */
export function pathValue(request: Request, name: string): string {
  const value = request.params[name];
  if (typeof value !== 'string') throw new Error(`the route has no part '${name}'`);
  return value;
}
