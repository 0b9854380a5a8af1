import { clients, type Client } from './clients';
import { fixedId } from './ids';
import type { Environment, ProjectSlug } from './organisation';

export interface Target {
  readonly project: ProjectSlug;
  readonly environment: Environment;
  readonly path: string;
}

/** When a machine reads. */
export type Rhythm =
  | { readonly kind: 'polling'; readonly everyMinutes: number }
  | { readonly kind: 'shoppers'; readonly readsPerDay: number }
  | { readonly kind: 'hourly'; readonly minute: number; readonly reads: number }
  | {
      readonly kind: 'nightly';
      readonly hourUtc: number;
      readonly minute: number;
      readonly reads: number;
    }
  | {
      readonly kind: 'commits';
      readonly pipelinesPerDay: number;
      readonly readsPerPipeline: number;
    };

export interface AuthMethodPeriod {
  readonly method: string;
  /** undefined: from the beginning */
  readonly sinceDaysAgo?: number;
}

export interface Machine {
  readonly actor: 'identity' | 'service';
  readonly id: string;
  readonly name: string;
  readonly client: Client;
  readonly ip: string;
  readonly rhythm: Rhythm;
  readonly targets: readonly Target[];
  /** the share of reads that fetch one secret; the others fetch a whole folder */
  readonly singleSecretShare: number;
  /** oldest first; empty for service tokens, which have no auth method */
  readonly authMethods: readonly AuthMethodPeriod[];
  readonly authMethodSinceDaysAgo?: number;
}

export const machines: readonly Machine[] = [
  identity('k8-operator-production', clients.operator, polling(10), {
    authMethods: [{ method: 'kubernetes-auth' }],
    targets: at('prod', 'payments/checkout', 'payments/database', 'storefront/web'),
  }),
  identity('k8-operator-staging', clients.operator, polling(30), {
    authMethods: migrated('kubernetes-auth', 21),
    authMethodSinceDaysAgo: 26,
    targets: at('staging', 'payments/checkout', 'storefront/web'),
  }),
  identity('k8-operator-data', clients.operator, polling(15), {
    authMethods: [{ method: 'kubernetes-auth' }],
    targets: at('prod', 'data-platform/warehouse'),
  }),
  // The migration from universal-auth under way: one service after the other, some still to come.
  identity('checkout-api', clients.node, shoppers(150), {
    authMethods: migrated('kubernetes-auth', 23),
    authMethodSinceDaysAgo: 28,
    targets: at('prod', 'payments/checkout', 'payments/database', 'payments/fraud'),
    singleSecretShare: 0.5,
  }),
  identity('orders-worker', clients.node, shoppers(100), {
    authMethods: migrated('kubernetes-auth', 16),
    targets: at('prod', 'storefront/orders', 'storefront/mail', 'payments/refunds'),
    singleSecretShare: 0.3,
  }),
  identity('catalogue-api', clients.node, shoppers(90), {
    authMethods: migrated('kubernetes-auth', 9),
    targets: at('prod', 'storefront/catalogue', 'storefront/search'),
    singleSecretShare: 0.3,
  }),
  identity('storefront-web', clients.node, shoppers(80), {
    authMethods: migrated('kubernetes-auth', 3),
    targets: at('prod', 'storefront/web', 'storefront/'),
  }),
  identity('payment-reconciler', clients.python, hourly(10, 3), {
    authMethods: [{ method: 'universal-auth' }],
    targets: at('prod', 'payments/reconciliation', 'payments/database'),
    singleSecretShare: 0.6,
  }),
  identity('etl-runner', clients.python, hourly(5, 4), {
    authMethods: migrated('kubernetes-auth', 12),
    authMethodSinceDaysAgo: 26,
    targets: at('prod', 'data-platform/etl', 'data-platform/warehouse', 'data-platform/exports'),
    singleSecretShare: 0.2,
  }),
  identity('recommendations-trainer', clients.python, hourly(40, 2), {
    authMethods: [{ method: 'gcp-auth' }],
    targets: at('prod', 'data-platform/recommendations'),
    singleSecretShare: 0.4,
  }),
  identity('github-actions-payments', clients.cli, commits(7, 8), {
    authMethods: migrated('oidc-auth', 19),
    targets: at('staging', 'payments/', 'payments/checkout', 'payments/database'),
  }),
  identity('github-actions-storefront', clients.cli, commits(9, 7), {
    authMethods: migrated('oidc-auth', 14),
    targets: at('staging', 'storefront/', 'storefront/web', 'storefront/catalogue'),
  }),
  identity('github-actions-infrastructure', clients.go, commits(4, 9), {
    authMethods: [{ method: 'oidc-auth' }],
    targets: at('prod', 'infrastructure/ci', 'infrastructure/kubernetes'),
  }),
  identity('terraform-cloud', clients.terraform, commits(3, 12), {
    authMethods: migrated('oidc-auth', 6),
    targets: at('prod', 'infrastructure/cloud', 'infrastructure/kubernetes'),
    singleSecretShare: 0.8,
  }),
  identity(
    'nightly-backup',
    clients.go,
    { kind: 'nightly', hourUtc: 2, minute: 30, reads: 70 },
    {
      authMethods: [{ method: 'aws-auth' }],
      targets: at(
        'prod',
        'infrastructure/backup',
        'payments/database',
        'storefront/orders',
        'data-platform/warehouse',
      ),
      singleSecretShare: 0.25,
    },
  ),
  identity('ansible-office', clients.ansible, hourly(20, 1), {
    authMethods: [{ method: 'token-auth' }],
    targets: at('prod', 'infrastructure/office'),
    singleSecretShare: 0.7,
  }),
  identity('uptime-probe', clients.curl, polling(30), {
    authMethods: [{ method: 'token-auth' }],
    targets: at('prod', 'infrastructure/monitoring'),
    singleSecretShare: 1,
  }),
  identity('catalogue-reindexer', clients.node, hourly(15, 1), {
    authMethods: [{ method: 'universal-auth' }],
    targets: at('prod', 'storefront/search'),
    singleSecretShare: 1,
  }),
  identity('deploy-bot', clients.curl, commits(4, 5), {
    authMethods: [{ method: 'universal-auth' }],
    targets: at('prod', 'infrastructure/ci', 'storefront/web'),
    singleSecretShare: 0.5,
  }),
  // Two old service tokens nobody has replaced yet; one of them is the busiest reader of all.
  serviceToken('ci-runner', clients.cli, commits(38, 22), {
    targets: at('dev', 'storefront/', 'storefront/web', 'storefront/orders', 'payments/checkout'),
    singleSecretShare: 0.35,
  }),
  serviceToken('legacy-admin', clients.php, shoppers(45), {
    targets: at('prod', 'storefront/legacy-admin'),
  }),
];

export function machineOf(name: string): Machine {
  const found = machines.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`The made-up organisation has no machine "${name}".`);
  return found;
}

type Work = Pick<Machine, 'targets'> &
  Partial<Pick<Machine, 'singleSecretShare' | 'authMethods' | 'authMethodSinceDaysAgo'>>;

function identity(name: string, usedClient: Client, rhythm: Rhythm, work: Work): Machine {
  return machine('identity', name, usedClient, rhythm, work);
}

function serviceToken(name: string, usedClient: Client, rhythm: Rhythm, work: Work): Machine {
  return machine('service', name, usedClient, rhythm, work);
}

function machine(
  actor: Machine['actor'],
  name: string,
  usedClient: Client,
  rhythm: Rhythm,
  work: Work,
): Machine {
  const id = fixedId(`${actor}/${name}`);
  const ip = `10.20.${parseInt(id.slice(0, 2), 16)}.${1 + (parseInt(id.slice(2, 4), 16) % 254)}`;
  return {
    actor,
    id,
    name,
    client: usedClient,
    ip,
    rhythm,
    singleSecretShare: 0,
    authMethods: [],
    ...work,
  };
}

function polling(everyMinutes: number): Rhythm {
  return { kind: 'polling', everyMinutes };
}

function shoppers(readsPerDay: number): Rhythm {
  return { kind: 'shoppers', readsPerDay };
}

function hourly(minute: number, reads: number): Rhythm {
  return { kind: 'hourly', minute, reads };
}

function commits(pipelinesPerDay: number, readsPerPipeline: number): Rhythm {
  return { kind: 'commits', pipelinesPerDay, readsPerPipeline };
}

function migrated(method: string, sinceDaysAgo: number): readonly AuthMethodPeriod[] {
  return [{ method: 'universal-auth' }, { method, sinceDaysAgo }];
}

/** `payments/checkout` is the folder /checkout of payments; `payments/` its root. */
type Place = `${ProjectSlug}/${string}`;

function at(environment: Environment, ...places: readonly Place[]): readonly Target[] {
  return places.map((place) => {
    const slash = place.indexOf('/');
    const project = place.slice(0, slash) as ProjectSlug;
    return { project, environment, path: place.slice(slash) };
  });
}
