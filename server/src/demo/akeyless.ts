/** The shop's second secret manager: an account of Akeyless, made up as everything else here. */
import { createRandom, type Random } from './random';
import { people } from './people';

const day = 86_400_000;
const hour = 3_600_000;
const seed = 7;
const daysOfRecords = 35;
const daysOfReports = 400;
const account = 'acc-4a5b0f11c400';

interface DemoClient {
  readonly access_id: string;
  readonly access_type: string;
  readonly auth_method_name: string;
  readonly client_unique_id: string;
  /** Requests on a working day, about. */
  readonly perDay: number;
}

const staff: readonly DemoClient[] = people.slice(0, 8).map(({ email }, index) => ({
  access_id: 'p-sso4a5b0f11',
  access_type: index === 7 ? 'ldap' : 'saml2',
  auth_method_name: '/auth/single-sign-on',
  client_unique_id: email,
  perDay: 4,
}));
const machine = (name: string, access_type: string, perDay: number): DemoClient => ({
  access_id: `p-${name}0f11`,
  access_type,
  auth_method_name: `/auth/${name}`,
  client_unique_id: '',
  perDay,
});
const machines: readonly DemoClient[] = [
  machine('checkout', 'k8s', 30),
  machine('warehouse', 'aws_iam', 18),
  machine('nightly-export', 'api_key', 9),
  machine('legacy-import', 'api_key', 2),
];
const clients = [...staff, ...machines];

const items = [
  ['/shop/stripe/api-key', 'STATIC_SECRET', 'get_secret_value'],
  ['/shop/postgres/reader', 'DYNAMIC_SECRET', 'get_dynamic_secret_value'],
  ['/shop/postgres/root', 'ROTATED_SECRET', 'get_rotated_secret_value'],
  ['/shop/mail/smtp', 'STATIC_SECRET', 'get_secret_value'],
  ['/hosts/bastion', 'SSH_CERT_ISSUER', 'gen_ssh_certificate'],
  ['/.Personal/notes/wifi', 'STATIC_SECRET', 'get_secret_value'],
] as const;

export type DemoRecord = Readonly<Record<string, unknown>>;

/** Audit records of the last weeks, as a gateway forwards them; the same for the same `now`. */
export function* demoRecords(now: Date): Generator<DemoRecord> {
  const today = Math.floor(now.getTime() / day) * day;
  for (let start = today - daysOfRecords * day; start <= today; start += day) {
    const weekday = new Date(start).getUTCDay();
    const isFree = weekday === 0 || weekday === 6;
    for (const client of clients) {
      const random = createRandom(
        seed,
        `akeyless/${start}/${client.access_id}${client.client_unique_id}`,
      );
      const wanted = isFree && client.client_unique_id !== '' ? 0 : random.near(client.perDay);
      for (let index = 0; index < wanted; index++) {
        const record = recordOf(client, start, random, index);
        if (Date.parse(record.timestamp) < now.getTime() - 60_000) yield record;
      }
    }
  }
}

function recordOf(client: DemoClient, start: number, random: Random, index: number) {
  const isPerson = client.client_unique_id !== '';
  const [name, type, read] = random.pick(items);
  const signsIn = index === 0;
  const action = signsIn ? 'authenticate' : isPerson && random.chance(0.15) ? 'update_item' : read;
  const time = start + (isPerson ? 8 * hour : 0) + random.whole(0, (isPerson ? 9 : 23) * hour);
  return {
    timestamp: new Date(time).toISOString(),
    account_id: account,
    access_id: client.access_id,
    access_type: client.access_type,
    unique_id: client.client_unique_id,
    auth_method_name: client.auth_method_name,
    action,
    status: random.chance(0.97) ? 200 : 403,
    remote_addr: `192.0.2.${random.whole(10, 60)}`,
    duration: random.whole(4, 180),
    product: 'sm',
    item_type: signsIn ? '' : type,
    request_parameters: signsIn ? {} : { name },
    client_type: isPerson ? 'web' : 'sdk',
  };
}

/**
 * Reports of thirteen months, of every day at last and of every week before, as a history is kept that
 * was thinned: clients and secrets grow, and a licence for 25 clients gets tight.
 */
export function* demoReports(now: Date): Generator<Record<string, unknown>> {
  const last = Math.floor((now.getTime() - hour) / day) * day;
  for (let back = daysOfReports; back >= 0; back -= back > daysOfRecords ? 7 : 1) {
    yield reportAt(last - back * day, back);
  }
}

function reportAt(at: number, back: number): Record<string, unknown> {
  const grown = (from: number, to: number): number =>
    Math.round(to - ((to - from) * back) / daysOfReports);
  const seconds = Math.floor(at / 1_000);
  const sm = {
    clients: { saml2: grown(6, 10), ldap: 1, k8s: grown(2, 6), aws_iam: grown(1, 4), api_key: 3 },
    secrets: {
      static_secret: grown(180, 320),
      classic_key: grown(40, 60),
      dynamic_secret: grown(4, 22),
      rotated_secret: grown(2, 15),
    },
  };
  const pm = {
    clients: { saml2: grown(3, 9), Email: grown(4, 2) },
    secrets: { password: grown(60, 210) },
  };
  return {
    date_updated: seconds,
    analytics_data: {
      all_items: [
        ['Type', 'Count'],
        ['Static Secrets', String(sm.secrets.static_secret)],
        ['Dynamic Secrets', String(sm.secrets.dynamic_secret)],
        ['Targets', String(grown(3, 9))],
        ['Roles', String(grown(5, 12))],
        ['Auth Methods', '5'],
      ],
    },
    certificates_expiry_data: {
      account_id: account,
      ca_counts: { 'harbour-ca': grown(9, 21) },
      risk_counts: {
        Healthy: grown(8, 17),
        'Expiring Soon': 1 + (back % 4),
        Expired: back % 9 === 0 ? 1 : 0,
      },
    },
    usage_reports: { sm: productReport('sm', seconds, sm), pm: productReport('pm', seconds, pm) },
    clients_usage_reports: {
      sm: {
        account_id: account,
        product: 'sm',
        time: new Date(at).toISOString(),
        total_clients: clients.length,
        clients: clients.map(({ perDay: _, ...client }) => ({
          ...client,
          exceeded_clients: client.access_type === 'k8s' && back < 30 ? 2 : 0,
        })),
      },
    },
  };
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const productReport = (
  product: string,
  time: number,
  { clients: byMethod, secrets }: Record<'clients' | 'secrets', Record<string, number>>,
) => ({
  product,
  time,
  total_clients: sum(byMethod),
  total_secrets: sum(secrets),
  clients_by_auth_method_types: byMethod,
  secrets_by_types: secrets,
});
