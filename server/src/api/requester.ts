import type { Request } from 'express';
import type { Requester } from '../reports/requester';
import { callerOf } from './request-context';

/** Who asks, as histories of reports name them. */
export function requesterOf(request: Request): Requester {
  const { token, grafana, capabilities, projects } = callerOf(request);
  const user = grafana?.user ?? grafana?.email ?? null;
  return {
    name: user === null ? `token ${token.name}` : `token ${token.name} for user ${user}`,
    email: grafana?.email ?? null,
    capabilities,
    projects,
  };
}
