import { snapshotOf } from '../src/sources/akeyless/snapshot';
import { keepSnapshot } from '../src/store/usage/keep';
import type { Kept } from '../src/store/usage/keep';
import { account, akeylessRecords, reads } from './akeyless-records';
import type { AkeylessRecord } from './akeyless-records';
import { now } from './harness';
import type { TestStore } from './harness';
import { Random } from './random';

const day = 86_400_000;
export const recent = { from: now - 40 * day, to: now - 60_000 };

/** Sends made-up records as forwarders do: as JSON or text, a tenth of them twice. @returns them, each once. */
export async function fillRecords(
  test: TestStore,
  { seed, count }: { seed: number; count: number },
): Promise<AkeylessRecord[]> {
  const random = new Random(seed);
  const records = [...akeylessRecords(random, count, recent)];
  const arrivals = random.shuffled([...records, ...records.filter(() => random.chance(0.1))]);
  for (let start = 0; start < arrivals.length; start += 40_000) {
    const lines = arrivals.slice(start, start + 40_000).map((each) => JSON.stringify(each));
    await test.ingestAkeyless(lines.join('\n'), { now: now - 60_000 });
  }
  return records;
}

export interface ReportedClient {
  access_id: string;
  access_type: string;
  auth_method_name: string;
  client_unique_id: string;
  exceeded_clients: unknown;
}

export interface Reported {
  account?: string;
  at: string;
  /** By product. */
  clients?: Record<string, Record<string, number>>;
  secrets?: Record<string, Record<string, number>>;
  list?: Record<string, readonly ReportedClient[]>;
  risks?: Record<string, number>;
  /** Rows of the table all_items. */
  items?: readonly (readonly string[])[];
}

const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** An answer of get-analytics-data, whose two kinds of `time` are spelled differently. */
export function analyticsAnswer(reported: Reported): Record<string, unknown> {
  const {
    account: id = account,
    at,
    clients = {},
    secrets = {},
    list = {},
    risks,
    items,
  } = reported;
  const seconds = Date.parse(at) / 1000;
  const products = [...new Set([...Object.keys(clients), ...Object.keys(secrets)])];
  return {
    date_updated: seconds,
    ...(items && { analytics_data: { all_items: [['Type', 'Count'], ...items] } }),
    ...(risks && {
      certificates_expiry_data: { account_id: id, ca_counts: { 'my-ca': 3 }, risk_counts: risks },
    }),
    usage_reports: Object.fromEntries(
      products.map((product) => [
        product,
        {
          product,
          time: seconds,
          total_clients: sum(clients[product] ?? {}),
          total_secrets: sum(secrets[product] ?? {}),
          clients_by_auth_method_types: clients[product] ?? {},
          secrets_by_types: secrets[product] ?? {},
        },
      ]),
    ),
    clients_usage_reports: Object.fromEntries(
      Object.entries(list).map(([product, each]) => [
        product,
        { account_id: id, product, time: at, total_clients: each.length, clients: each },
      ]),
    ),
  };
}

export const keepReported = (
  test: Pick<TestStore, 'store'>,
  reported: Reported,
  { source = 'akeyless', seenAt = now }: { source?: string; seenAt?: number } = {},
): Promise<Kept> =>
  keepSnapshot(
    test.store,
    snapshotOf(analyticsAnswer(reported), { source, account: reported.account ?? account, seenAt }),
  );

/** Two accounts today, and one of them a month ago. */
export async function fillReports(test: Pick<TestStore, 'store'>): Promise<void> {
  await keepReported(test, {
    at: '2026-02-15T06:00:00Z',
    clients: { sm: { saml2: 6, oidc: 4 } },
    secrets: { sm: { static_secret: 90 } },
    list: { sm: [] },
  });
  await keepReported(test, {
    at: '2026-03-15T06:00:00Z',
    clients: { sm: { saml2: 10, oidc: 5, ldap: 2 }, pm: { saml2: 3, Email: 4 } },
    secrets: { sm: { static_secret: 320, classic_key: 210 }, pm: { password: 41 } },
    list: {
      sm: [
        client('p-saml', 'saml2', 'person1@example.com', '2'),
        client('p-key1', 'api_key', '', 0),
        client('p-idle', 'k8s', 'never/seen', 0),
      ],
      pm: [client('p-saml', 'saml2', 'person2@example.com', 1)],
    },
    risks: { Expired: 2, healthy: 11, 'Expiring Soon': 3, HEALTHY: 1 },
    items: [
      ['Static Secrets', '320'],
      ['Of tomorrow', '7'],
    ],
  });
  await keepReported(
    test,
    {
      account: 'acc-second',
      at: '2026-03-14T06:00:00Z',
      clients: { sm: { saml2: 1 } },
      secrets: { sm: { static_secret: 20 } },
      list: { sm: [] },
      risks: { expired: 1 },
    },
    { source: 'akeyless-second' },
  );
}

export const client = (
  access_id: string,
  access_type: string,
  client_unique_id: string,
  exceeded_clients: unknown,
): ReportedClient => ({
  access_id,
  access_type,
  auth_method_name: `/auth/${access_id}`,
  client_unique_id,
  exceeded_clients,
});

const people = new Set(['saml2', 'oidc', 'ldap']);
export const isPerson = ({ access_type }: AkeylessRecord): boolean => people.has(access_type);
export const isSystem = ({ access_id, unique_id }: AkeylessRecord): boolean =>
  access_id === '' && unique_id === '';
export const isRead = ({ action }: AkeylessRecord): boolean =>
  (reads as readonly string[]).includes(action);
export const idOf = ({ access_id, unique_id }: AkeylessRecord): string =>
  unique_id === '' ? access_id : `${access_id}/${unique_id}`;
export const inRange =
  ({ from, to }: { from: number; to: number }) =>
  ({ timestamp }: AkeylessRecord): boolean =>
    Date.parse(timestamp) >= from && Date.parse(timestamp) < to;

/** Groups with how many and the newest of each, most first, then by name. */
export function ranked(
  records: readonly AkeylessRecord[],
  nameOf: (record: AkeylessRecord) => string,
): { name: string; requests: number; share: number; last_seen: string }[] {
  const found = new Map<string, { requests: number; last: string }>();
  for (const record of records) {
    const name = nameOf(record);
    const group = found.get(name) ?? { requests: 0, last: '' };
    group.requests += 1;
    if (record.timestamp > group.last) group.last = record.timestamp;
    found.set(name, group);
  }
  return [...found]
    .map(([name, { requests, last }]) => ({
      name,
      requests,
      share: requests / records.length,
      last_seen: last,
    }))
    .sort(
      (a, b) => b.requests - a.requests || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
    );
}
