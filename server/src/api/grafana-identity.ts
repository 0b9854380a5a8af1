import type { Request } from 'express';
import type { Capability } from '../contract';
import type { GrafanaRoles } from '../config/config';
import { Failure, badParameter } from '../failure';
import type { Token } from '../tokens/token';
import { grafanaRoleNames } from './caller';
import type { GrafanaRole, GrafanaUser } from './caller';

const prefix = 'x-secret-insights-';

/**
 * Who sits in front of Grafana, as its server says; null for a token that does not speak for Grafana.
 * @throws Failure where another token brings such headers: they would let it name anyone.
 */
export function grafanaUserOf(request: Request, token: Token): GrafanaUser | null {
  if (!token.capabilities.includes('speaks-for-grafana')) {
    const given = Object.keys(request.headers).find((name) => name.startsWith(prefix));
    if (given === undefined) return null;
    throw new Failure(
      'bad-parameters',
      `The header ${given} names a user of Grafana, which only a token with the right 'speaks-for-grafana' may do.`,
      { field: given },
    );
  }
  const user = header(request, 'user');
  const role = parseRole(header(request, 'role'));
  return {
    user,
    email: header(request, 'email'),
    // Without a user nobody vouches for a role: an alert rule, or a dashboard that anyone can open.
    role: user === null ? 'Viewer' : role,
    org: header(request, 'org'),
    isAlert: header(request, 'surface') === 'alert',
  };
}

/** What the token may do and the user's role may do; never to write events or to administer. */
export function capabilitiesThroughGrafana(
  token: Token,
  { role }: GrafanaUser,
  roles: GrafanaRoles,
): Set<Capability> {
  const allowed: readonly Capability[] = roles[role];
  return new Set(token.capabilities.filter((capability) => allowed.includes(capability)));
}

/** The bridge escapes names as in an address, because a header cannot carry every letter. */
function header(request: Request, name: string): string | null {
  const value = request.get(prefix + name);
  if (value === undefined || value === '') return null;
  try {
    return decodeURIComponent(value);
  } catch {
    throw badParameter(
      prefix + name,
      `The header ${prefix}${name} must be escaped as in a URL path.`,
    );
  }
}

function parseRole(role: string | null): GrafanaRole {
  if (role === 'None') {
    throw new Failure(
      'not-allowed',
      "Grafana's role None has no rights here: an administrator of Grafana can make this user a Viewer.",
      { field: `${prefix}role` },
    );
  }
  const known = grafanaRoleNames.find((each) => each === (role ?? 'Viewer'));
  if (!known) {
    throw badParameter(
      `${prefix}role`,
      `The header ${prefix}role must be one of ${grafanaRoleNames.join(', ')}.`,
    );
  }
  return known;
}
