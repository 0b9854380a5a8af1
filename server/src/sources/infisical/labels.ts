import { bind, sql } from '../../store/sql';
import type { Sql } from '../../store/sql';
import { eventsOfClass } from './event-names';

/** The six event types that Infisical's Insights page counts as a read (facts: insights 2.1). */
export const readEvents = [
  'get-secrets',
  'get-secret',
  'dashboard-get-secret-value',
  'dashboard-get-secret-version-value',
  'get-secret-rotation-generated-credentials',
  'create-dynamic-secret-lease',
] as const;

/** The nine of Infisical's access log report: three reads and six writes. */
export const accessLogEvents = [
  'get-secrets',
  'get-secret',
  'dashboard-get-secret-value',
  'create-secret',
  'create-secrets',
  'update-secret',
  'update-secrets',
  'delete-secret',
  'delete-secrets',
] as const;

/** Labels as Infisical shows them; a value that is not listed is shown as it is. */
const userAuthMethods: Readonly<Record<string, string>> = {
  email: 'Email',
  google: 'Google',
  github: 'GitHub',
  gitlab: 'GitLab',
  'okta-saml': 'Okta SAML',
  'azure-saml': 'Azure SAML',
  'jumpcloud-saml': 'JumpCloud SAML',
  'google-saml': 'Google SAML',
  'keycloak-saml': 'Keycloak SAML',
  'auth0-saml': 'Auth0 SAML',
  ldap: 'LDAP',
  oidc: 'OIDC',
};

const identityAuthMethods: Readonly<Record<string, string>> = {
  'universal-auth': 'Universal Auth',
  'token-auth': 'Token Auth',
  'kubernetes-auth': 'Kubernetes',
  'gcp-auth': 'GCP Auth',
  'aws-auth': 'AWS Auth',
  'azure-auth': 'Azure Auth',
  'oidc-auth': 'OIDC',
  'jwt-auth': 'JWT Auth',
  'ldap-auth': 'LDAP Auth',
  'alicloud-auth': 'AliCloud Auth',
  'tls-cert-auth': 'TLS Certificate',
  'oci-auth': 'OCI Auth',
  'spiffe-auth': 'SPIFFE Auth',
};

/** Expressions name the store's columns as `stored.…`: a label may have the name of the column it is made from. */
const labelled = (labels: Readonly<Record<string, string>>): Sql =>
  sql`transform(stored.auth_method, ${bind.texts(Object.keys(labels))}, ${bind.texts(Object.values(labels))}, stored.auth_method)`;

/** `Unknown`: a user or identity whose event was written before Infisical recorded the method. */
export const authMethodLabel: Sql = sql`multiIf(
  stored.actor_type IN ('user', 'identity') AND stored.auth_method = '', 'Unknown',
  stored.actor_type = 'user', ${labelled(userAuthMethods)},
  stored.actor_type = 'identity', ${labelled(identityAuthMethods)},
  stored.actor_type = 'service', 'Service Token',
  stored.actor_type)`;

/** Wider than the label: the same word can stand for a user's and an identity's method. */
export function mayHaveAuthMethod(labels: readonly string[]): Sql {
  const isAsked = (label: string): boolean => labels.includes(label);
  const listed = [...Object.entries(userAuthMethods), ...Object.entries(identityAuthMethods)];
  const methods = listed.filter(([, label]) => isAsked(label)).map(([method]) => method);
  const missing = isAsked('Unknown') ? [''] : [];
  const services = isAsked('Service Token') ? ['service'] : [];
  return sql`(stored.actor_type IN ('user', 'identity') AND stored.auth_method IN ${bind.texts([...methods, ...missing, ...labels])}
    OR stored.actor_type IN ${bind.texts([...services, ...labels])})`;
}

/** Infisical derives the class from the type and does not store it. */
export const eventClass: Sql = sql`multiIf(
  stored.event IN ${bind.texts(eventsOfClass('authorization'))}, 'authorization',
  stored.event IN ${bind.texts(eventsOfClass('data-access'))}, 'data-access',
  stored.event IN ${bind.texts(eventsOfClass('authentication'))}, 'authentication',
  'management')`;

export const actorKind: Sql = sql`multiIf(
  stored.actor_type IN ('user', 'unknownUser'), 'human',
  stored.actor_type IN ('platform', 'scimClient'), 'system',
  'machine')`;

/** What Infisical does of its own accord, and what a directory makes it do. */
export const isSystemAction: Sql = sql`stored.actor_type IN ('platform', 'scimClient')`;

/** Machine identities are what collectors sign in with. */
export const isByIdentity = (ids: readonly string[]): Sql =>
  sql`stored.actor_type = 'identity' AND stored.actor_id IN ${bind.texts(ids)}`;
