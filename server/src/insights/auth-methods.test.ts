import { ask, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { readEvent } from '../../test/events';
import { fillWorld } from '../../test/world';
import type { FilledWorld } from '../../test/world';

const range = span('2026-02-20T05:00:00Z', '2026-03-15T10:30:00Z');

describe.each([false, true])('auth-methods (closed: %s)', (isClosed) => {
  let test: TestStore;
  let world: FilledWorld;

  beforeAll(async () => {
    test = await openTestStore();
    world = await fillWorld(test, { seed: 3, count: 900, isClosed });
  });
  afterAll(() => test.close());

  it('counts and shares every label, most first', async () => {
    const { rows } = await ask(await test.insights(), 'auth-methods', { range });
    expect(rows).toEqual(world.oracle.authMethods({ range }));
  });

  it.each([
    ['an actor type', { field: 'actor_type', op: 'in', values: ['user', 'Service'] }],
    ['a label', { field: 'auth_method', op: 'in', values: ['OIDC', 'Unknown'] }],
    ['all but a label', { field: 'auth_method', op: 'not-in', values: ['Universal Auth'] }],
  ] as const)('filters by %s', async (_, filter) => {
    const filters = [{ ...filter, values: [...filter.values] }];
    const { rows } = await ask(await test.insights(), 'auth-methods', { range, filters });
    expect(rows).toEqual(world.oracle.authMethods({ range, filters }));
    expect(rows.length).toBeGreaterThan(0);
  });
});

describe('labels of auth-methods', () => {
  /** Facts 2.3, written out. */
  const expected: [string, string | undefined, string][] = [
    ['user', 'email', 'Email'],
    ['user', 'google', 'Google'],
    ['user', 'github', 'GitHub'],
    ['user', 'gitlab', 'GitLab'],
    ['user', 'okta-saml', 'Okta SAML'],
    ['user', 'azure-saml', 'Azure SAML'],
    ['user', 'jumpcloud-saml', 'JumpCloud SAML'],
    ['user', 'google-saml', 'Google SAML'],
    ['user', 'keycloak-saml', 'Keycloak SAML'],
    ['user', 'auth0-saml', 'Auth0 SAML'],
    ['user', 'ldap', 'LDAP'],
    ['user', 'oidc', 'OIDC'],
    ['user', 'oidc-auth', 'oidc-auth'],
    ['user', undefined, 'Unknown'],
    ['identity', 'universal-auth', 'Universal Auth'],
    ['identity', 'token-auth', 'Token Auth'],
    ['identity', 'kubernetes-auth', 'Kubernetes'],
    ['identity', 'gcp-auth', 'GCP Auth'],
    ['identity', 'aws-auth', 'AWS Auth'],
    ['identity', 'azure-auth', 'Azure Auth'],
    ['identity', 'oidc-auth', 'OIDC'],
    ['identity', 'jwt-auth', 'JWT Auth'],
    ['identity', 'ldap-auth', 'LDAP Auth'],
    ['identity', 'alicloud-auth', 'AliCloud Auth'],
    ['identity', 'tls-cert-auth', 'TLS Certificate'],
    ['identity', 'oci-auth', 'OCI Auth'],
    ['identity', 'spiffe-auth', 'SPIFFE Auth'],
    ['identity', 'email', 'email'],
    ['identity', 'tomorrow-auth', 'tomorrow-auth'],
    ['identity', undefined, 'Unknown'],
    ['service', undefined, 'Service Token'],
    ['service', 'email', 'Service Token'],
    ['kmipClient', undefined, 'kmipClient'],
    ['unknownUser', 'email', 'unknownUser'],
  ];

  it('names every method as Infisical does, over the last thirty days to the millisecond', async () => {
    const test = await openTestStore();
    const times = ['2026-02-13T10:30:00.000Z', '2026-03-15T10:29:59.999Z'];
    const outside = ['2026-02-13T10:29:59.999Z'];
    const events = expected.flatMap(([actor, authMethod], index) =>
      [...times, ...outside].map((createdAt) =>
        readEvent({ actor, createdAt, actorMetadata: { name: `${index}`, authMethod } }),
      ),
    );
    await test.ingest(events);
    const counts = new Map<string, number>();
    for (const [, , label] of expected) counts.set(label, (counts.get(label) ?? 0) + times.length);
    const { rows } = await ask(await test.insights(), 'auth-methods');
    expect(Object.fromEntries(rows.map((row) => [row.auth_method, row.reads]))).toEqual(
      Object.fromEntries(counts),
    );
    await test.close();
  });
});
