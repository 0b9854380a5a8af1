/**
 * Actions of Akeyless's audit log by what they are, in Akeyless's own words. One that is not listed is
 * management, as a type that Infisical does not list is.
 */
export const actions = {
  /** Hand out a secret, a certificate or credentials: these count as reads. */
  read: [
    'get_secret_value',
    'get_rotated_secret_value',
    'get_dynamic_secret_value',
    'get_dynamic_secret_details',
    'access_to_dynamic_secret_producer',
    'gen_ssh_certificate',
    'gen_pki_certificate',
    'get_item_derivation_creds',
  ],
  /** Look at what there is, without values. */
  list: [
    'list_items',
    'describe_item',
    'list_roles',
    'get_role',
    'list_auth_methods',
    'get_auth_method',
    'list_targets',
    'get_target',
    'get_analytics_data',
  ],
  createItem: ['create_item'],
  updateItem: ['update_item', 'update_secret_value', 'rotate_item', 'set_item_state'],
  deleteItem: ['delete_item', 'delete_items'],
  itemAdministration: ['share_item', 'move_objects'],
  authentication: [
    'auth',
    'authenticate',
    'authentication',
    'login',
    'impersonate',
    'impersonation',
    'uid_generate_token',
    'uid_rotate_token',
    'universal_identity_generate',
    'universal_identity_rotate',
  ],
  authorization: [
    'request_access',
    'approve_access_request',
    'deny_access_request',
    'validate_token',
  ],
  rotate: ['rotate_item'],
} as const;

/** Changes of items: with the reads they make the access log. */
export const itemWrites = [
  ...actions.createItem,
  ...actions.updateItem,
  ...actions.deleteItem,
] as const;

/** Actions whose parameters name an item, also where the record does not say the item's type. */
export const itemActions: ReadonlySet<string> = new Set([
  ...actions.read,
  ...itemWrites,
  ...actions.itemAdministration,
  'describe_item',
]);

/** Ways to sign in that stand for a person. Every other one is a machine's. */
export const humanAccessTypes: ReadonlySet<string> = new Set([
  'saml',
  'saml2',
  'oidc',
  'ldap',
  'email',
  'email_pass',
  'password',
]);

/** What Akeyless shows for a way to sign in; one that is not listed is shown as it is. */
export const accessTypeLabels: Readonly<Record<string, string>> = {
  saml: 'SAML',
  saml2: 'SAML',
  oidc: 'OIDC',
  ldap: 'LDAP',
  email: 'Email',
  email_pass: 'Email',
  password: 'Password',
  api_key: 'API Key',
  access_key: 'API Key',
  aws_iam: 'AWS IAM',
  azure_ad: 'Azure AD',
  gcp: 'GCP',
  k8s: 'Kubernetes',
  jwt: 'JWT',
  oauth2: 'JWT',
  oauth2_jwt: 'JWT',
  cert: 'Certificate',
  universal_identity: 'Universal Identity',
  kerberos: 'Kerberos',
  oci: 'OCI',
};
