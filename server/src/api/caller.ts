import type { Capability } from '../contract';
import type { Caller } from '../insights/run';

/** Who asks, with what is written into histories: token T for user U. */
export interface ApiCaller extends Caller {
  token: { id: string; name: string };
  /** Null for a call that did not come through Grafana. */
  grafana: GrafanaUser | null;
}

export const grafanaRoleNames = ['Viewer', 'Editor', 'Admin'] as const;
export type GrafanaRole = (typeof grafanaRoleNames)[number];

/** What Grafana's server says of its user; all null for an alert rule or a public dashboard. */
export interface GrafanaUser {
  user: string | null;
  email: string | null;
  role: GrafanaRole;
  org: string | null;
  /** Whether an alert rule asks, and nobody in front of a screen. */
  isAlert: boolean;
}

export const hasAny = (caller: Caller, wanted: readonly Capability[]): boolean =>
  wanted.some((capability) => caller.capabilities.has(capability));
