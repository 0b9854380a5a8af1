import { fixedId } from './ids';
import type { Environment, ProjectSlug } from './organisation';

export interface ClockTime {
  readonly hours: number;
  readonly minutes: number;
}

export interface Rotation {
  readonly rotationId: string;
  readonly connectionId: string;
  readonly name: string;
  readonly type: string;
  readonly project: ProjectSlug;
  readonly environment: Environment;
  readonly secretPath: string;
  /** in days */
  readonly rotationInterval: number;
  readonly rotateAtUtc: ClockTime;
  /** when it was last due; smaller than the interval, so that the next date lies ahead */
  readonly lastDueDaysAgo: number;
  /** Infisical's field -> the secret's key */
  readonly secretsMapping: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  /**
   * `failing` begins at the last due date and is retried every day since; its time of day follows
   * the moment the demo is loaded, so that its last attempt is always recent. `missed` was not tried at
   * its last due date, and is overdue since.
   */
  readonly trouble?: 'failing' | 'recovered-on-retry' | 'missed';
}

const databaseUsers = (name: string): Record<string, string> => ({
  username1: `${name}_a`,
  username2: `${name}_b`,
});

export const rotations: readonly Rotation[] = [
  rotation('payments-db-credentials', 'postgres-credentials', 'payments', '/database', {
    rotationInterval: 30,
    rotateAtUtc: { hours: 4, minutes: 0 },
    lastDueDaysAgo: 3,
    secretsMapping: { username: 'PAYMENTS_DB_USERNAME', password: 'PAYMENTS_DB_PASSWORD' },
    parameters: databaseUsers('payments_app'),
    trouble: 'failing',
  }),
  rotation('catalogue-db-credentials', 'postgres-credentials', 'storefront', '/catalogue', {
    rotationInterval: 7,
    rotateAtUtc: { hours: 3, minutes: 0 },
    lastDueDaysAgo: 2,
    secretsMapping: { username: 'CATALOGUE_DB_USERNAME', password: 'CATALOGUE_DB_PASSWORD' },
    parameters: databaseUsers('catalogue_app'),
  }),
  rotation('orders-db-credentials', 'postgres-credentials', 'storefront', '/orders', {
    rotationInterval: 30,
    rotateAtUtc: { hours: 3, minutes: 30 },
    lastDueDaysAgo: 11,
    secretsMapping: { username: 'ORDERS_DB_USERNAME', password: 'ORDERS_DB_PASSWORD' },
    parameters: databaseUsers('orders_app'),
  }),
  rotation('storefront-auth0-client', 'auth0-client-secret', 'storefront', '/web', {
    rotationInterval: 30,
    rotateAtUtc: { hours: 2, minutes: 0 },
    lastDueDaysAgo: 26,
    secretsMapping: { clientId: 'AUTH0_CLIENT_ID', clientSecret: 'AUTH0_CLIENT_SECRET' },
    parameters: { clientId: 'harbour-finch-storefront' },
  }),
  rotation('warehouse-loader-credentials', 'postgres-credentials', 'data-platform', '/warehouse', {
    rotationInterval: 7,
    rotateAtUtc: { hours: 5, minutes: 0 },
    lastDueDaysAgo: 6,
    secretsMapping: {
      username: 'WAREHOUSE_LOADER_USERNAME',
      password: 'WAREHOUSE_LOADER_PASSWORD',
    },
    parameters: databaseUsers('warehouse_loader'),
    trouble: 'recovered-on-retry',
  }),
  rotation('backup-iam-user', 'aws-iam-user-secret', 'infrastructure', '/cloud', {
    rotationInterval: 30,
    rotateAtUtc: { hours: 1, minutes: 0 },
    lastDueDaysAgo: 5,
    secretsMapping: {
      accessKeyId: 'AWS_BACKUP_ACCESS_KEY_ID',
      secretAccessKey: 'AWS_BACKUP_SECRET_ACCESS_KEY',
    },
    parameters: { userName: 'nightly-backup', region: 'eu-central-1' },
    trouble: 'missed',
  }),
  rotation('mail-relay-iam-user', 'aws-iam-user-secret', 'infrastructure', '/cloud', {
    rotationInterval: 7,
    rotateAtUtc: { hours: 1, minutes: 30 },
    lastDueDaysAgo: 4,
    secretsMapping: {
      accessKeyId: 'AWS_MAIL_ACCESS_KEY_ID',
      secretAccessKey: 'AWS_MAIL_SECRET_ACCESS_KEY',
    },
    parameters: { userName: 'mail-relay', region: 'eu-west-1' },
  }),
  rotation('directory-bind-password', 'ldap-password', 'infrastructure', '/office', {
    rotationInterval: 30,
    rotateAtUtc: { hours: 22, minutes: 0 },
    lastDueDaysAgo: 8,
    secretsMapping: { dn: 'LDAP_BIND_DN', password: 'LDAP_BIND_PASSWORD' },
    parameters: { dn: 'cn=sync,dc=harbour-finch,dc=example' },
  }),
];

type Details = Omit<
  Rotation,
  'rotationId' | 'connectionId' | 'name' | 'type' | 'project' | 'environment' | 'secretPath'
>;

function rotation(
  name: string,
  type: string,
  project: ProjectSlug,
  secretPath: string,
  details: Details,
): Rotation {
  return {
    rotationId: fixedId(`rotation/${name}`),
    connectionId: fixedId(`connection/${type}/${project}`),
    name,
    type,
    project,
    environment: 'prod',
    secretPath,
    ...details,
  };
}
