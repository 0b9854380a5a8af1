import type { Random } from './random';

/** A record of Akeyless's audit log as its forwarder writes JSON. */
export interface AkeylessRecord {
  timestamp: string;
  account_id: string;
  access_id: string;
  access_type: string;
  action: string;
  status: number;
  remote_addr: string;
  duration: number;
  unique_id: string;
  product: string;
  item_type: string;
  request_parameters: Record<string, unknown>;
  client_type?: string;
  /** Tells apart records that say the same otherwise. */
  request_id: string;
}

export const account = 'acc-1a2b3c4d5e6f';

interface Actor {
  access_id: string;
  access_type: string;
  unique_id: string;
  client_type?: string;
}

/** People of three ways to sign in, machines of four, and Akeyless itself, which names no actor. */
export const actors: readonly Actor[] = [
  ...Array.from({ length: 20 }, (_, index) => ({
    access_id: 'p-saml',
    access_type: 'saml2',
    unique_id: `person${index}@example.com`,
    client_type: index % 2 === 0 ? 'web' : 'cli',
  })),
  { access_id: 'p-oidc', access_type: 'oidc', unique_id: 'ümlaut "quoted"@example.com' },
  { access_id: 'p-ldap', access_type: 'ldap', unique_id: '' },
  ...Array.from({ length: 10 }, (_, index) => ({
    access_id: `p-key${index}`,
    access_type: 'api_key',
    unique_id: '',
    ...(index % 3 === 0 && { client_type: 'cli' }),
  })),
  { access_id: 'p-k8s', access_type: 'k8s', unique_id: 'payments/default' },
  { access_id: 'p-aws', access_type: 'aws_iam', unique_id: 'arn:aws:iam::1:role/app' },
  { access_id: 'p-new', access_type: 'a-method-of-tomorrow', unique_id: '' },
  { access_id: '', access_type: '', unique_id: '' },
];

export const reads = [
  'get_secret_value',
  'get_rotated_secret_value',
  'get_dynamic_secret_value',
  'get_dynamic_secret_details',
  'access_to_dynamic_secret_producer',
  'gen_ssh_certificate',
  'gen_pki_certificate',
  'get_item_derivation_creds',
] as const;
const others = ['create_item', 'update_item', 'delete_item', 'rotate_item', 'list_items'] as const;
const elsewhere = ['auth', 'create_role', 'delete_auth_method', 'a_new_action'] as const;
const names = [
  '/prod/db/password',
  '/prod/db/user',
  '/prod/api-key',
  '/.Personal/person1@example.com/mail, "private"',
  'at-the-root',
] as const;

/** Made-up records over a span of time, each of its own. */
export function* akeylessRecords(
  random: Random,
  count: number,
  { from, to }: { from: number; to: number },
): Generator<AkeylessRecord> {
  for (let index = 0; index < count; index++) {
    const { access_id, access_type, unique_id, client_type } = random.pick(actors);
    const ofItem = random.chance(0.85);
    const action = ofItem
      ? random.chance(0.8)
        ? random.pick(reads)
        : random.pick(others)
      : random.pick(elsewhere);
    const name = random.pick(names);
    yield {
      timestamp: new Date(from + random.below(to - from)).toISOString(),
      account_id: account,
      access_id,
      access_type,
      action,
      status: random.chance(0.9) ? 200 : random.pick([401, 403, 404, 500]),
      remote_addr: `10.0.${random.below(4)}.${random.below(200)}`,
      duration: random.below(900),
      unique_id,
      product: random.pick(['sm', 'sra', 'pm']),
      item_type: ofItem && action !== 'list_items' ? 'STATIC_SECRET' : '',
      request_parameters: ofItem && action !== 'list_items' ? { name } : { path: '/' },
      ...(client_type !== undefined && { client_type }),
      request_id: `${index}`,
    };
  }
}
