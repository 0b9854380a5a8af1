import type { FlatEvent } from './events';

/** One arrival of an event at a door, or one row of a customer's table. */
export interface Delivery {
  source: string;
  event: FlatEvent;
}

/** What the contract calls the fields of an event, worked out by hand from the event itself. */
export interface Fact {
  time: number;
  weight: number;
  source: string;
  vendor: string;
  org: string;
  project: string;
  event: string;
  class: string;
  environment: string;
  secret_path: string;
  secret_key: string;
  actor: string;
  actor_id: string;
  actor_email: string;
  actor_name: string;
  actor_type: string;
  raw_actor_type: string;
  actor_kind: string;
  auth_method: string;
  client_type: string;
  user_agent: string;
  ip: string;
  outcome: string;
  metadata: Record<string, unknown>;
}

/** Text as it is, nothing as '', and what should have been text as JSON writes it. */
const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
};

const idKeys = new Map([
  ['user', 'userId'],
  ['identity', 'identityId'],
  ['service', 'serviceId'],
  ['kmipClient', 'clientId'],
  ['kmipServer', 'kmipServerId'],
  ['acmeProfile', 'profileId'],
  ['estAccount', 'profileId'],
  ['scepAccount', 'profileId'],
  ['acmeAccount', 'accountId'],
  ['gateway', 'gatewayId'],
  ['relay', 'relayId'],
]);

/** Facts 2.3, the two label maps. */
const userLabels = new Map([
  ['email', 'Email'],
  ['google', 'Google'],
  ['github', 'GitHub'],
  ['gitlab', 'GitLab'],
  ['okta-saml', 'Okta SAML'],
  ['azure-saml', 'Azure SAML'],
  ['jumpcloud-saml', 'JumpCloud SAML'],
  ['google-saml', 'Google SAML'],
  ['keycloak-saml', 'Keycloak SAML'],
  ['auth0-saml', 'Auth0 SAML'],
  ['ldap', 'LDAP'],
  ['oidc', 'OIDC'],
]);
const identityLabels = new Map([
  ['universal-auth', 'Universal Auth'],
  ['token-auth', 'Token Auth'],
  ['kubernetes-auth', 'Kubernetes'],
  ['gcp-auth', 'GCP Auth'],
  ['aws-auth', 'AWS Auth'],
  ['azure-auth', 'Azure Auth'],
  ['oidc-auth', 'OIDC'],
  ['jwt-auth', 'JWT Auth'],
  ['ldap-auth', 'LDAP Auth'],
  ['alicloud-auth', 'AliCloud Auth'],
  ['tls-cert-auth', 'TLS Certificate'],
  ['oci-auth', 'OCI Auth'],
  ['spiffe-auth', 'SPIFFE Auth'],
]);

export function authLabel(actorType: string, method: string): string {
  if (actorType === 'service') return 'Service Token';
  if (actorType !== 'user' && actorType !== 'identity') return actorType;
  if (method === '') return 'Unknown';
  return (actorType === 'user' ? userLabels : identityLabels).get(method) ?? method;
}

/** The classes of the event types that the generator writes. */
const classes = new Map([
  ['permission-denied', 'authorization'],
  ['user-login', 'authentication'],
  ['login-identity-universal-auth', 'authentication'],
  ['login-identity-universal-auth-failed', 'authentication'],
  ['reveal-secret', 'data-access'],
  ['dashboard-list-secrets', 'data-access'],
]);

/** Facts 2.1. */
export const sixReads: ReadonlySet<string> = new Set([
  'get-secrets',
  'get-secret',
  'dashboard-get-secret-value',
  'dashboard-get-secret-version-value',
  'get-secret-rotation-generated-credentials',
  'create-dynamic-secret-lease',
]);

/** Facts 3, the access log report. */
export const nineOfAccessLog: ReadonlySet<string> = new Set([
  'get-secrets',
  'get-secret',
  'dashboard-get-secret-value',
  'create-secret',
  'create-secrets',
  'update-secret',
  'update-secrets',
  'delete-secret',
  'delete-secrets',
]);

function actorName(actor: string, metadata: Record<string, unknown>, id: string): string {
  if (actor === 'user') return text(metadata.email) || text(metadata.username) || 'Unknown';
  return text(metadata.name) || id || 'Unknown';
}

function kindOf(actor: string): string {
  if (actor === 'user' || actor === 'unknownUser') return 'human';
  return actor === 'platform' || actor === 'scimClient' ? 'system' : 'machine';
}

function outcomeOf(eventType: string, metadata: Record<string, unknown>): string {
  if (eventType === 'permission-denied') return 'denied';
  return eventType.endsWith('-failed') || metadata.status === 'failed' ? 'failure' : 'success';
}

export function factOf({ source, event }: Delivery): Fact {
  const actorMetadata = event.actorMetadata ?? {};
  const metadata = event.eventMetadata ?? {};
  const id = text(actorMetadata[idKeys.get(event.actor) ?? '']);
  const name = actorName(event.actor, actorMetadata, id);
  const repeats = Number(metadata.suppressedRepeats ?? 0);
  return {
    time: Date.parse(event.createdAt),
    weight: event.eventType === 'permission-denied' ? 1 + Math.max(0, repeats) : 1,
    source,
    vendor: 'infisical',
    org: event.orgId,
    project: event.projectId ?? '',
    event: event.eventType,
    class:
      classes.get(event.eventType) ??
      (sixReads.has(event.eventType) ? 'data-access' : 'management'),
    environment: text(metadata.environment),
    secret_path: text(metadata.secretPath),
    secret_key: text(metadata.secretKey),
    actor: id || name,
    actor_id: id,
    actor_email: text(actorMetadata.email),
    actor_name: name,
    actor_type: event.actor.charAt(0).toUpperCase() + event.actor.slice(1),
    raw_actor_type: event.actor,
    actor_kind: kindOf(event.actor),
    auth_method: authLabel(event.actor, text(actorMetadata.authMethod)),
    client_type: event.userAgentType ?? '',
    user_agent: event.userAgent ?? '',
    ip: event.ipAddress ?? '',
    outcome: outcomeOf(event.eventType, metadata),
    metadata,
  };
}

/** Each event once, by (vendor, org, id), whatever doors it came by. */
export function distinct(deliveries: readonly Delivery[]): Fact[] {
  const first = new Map<string, Delivery>();
  for (const delivery of deliveries) {
    const key = `${delivery.event.orgId} ${delivery.event.id}`;
    if (!first.has(key)) first.set(key, delivery);
  }
  return [...first.values()].map(factOf);
}
