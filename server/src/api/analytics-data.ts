import type { Report } from '../insights/reported-usage';
import { dateIn, listIn, membersIn, numberIn, textIn } from '../sources/akeyless/values';

type Members = Record<string, unknown>;

/**
 * Reports of one or more accounts in the schema of Akeyless's get-analytics-data: its types, one
 * spelling of each, and counts of several accounts added up.
 * @param products only these, where any is named
 */
export function analyticsData(reports: readonly Report[], products: readonly string[]): Members {
  const wanted = (product: string): boolean => products.length === 0 || products.includes(product);
  const merged = <T>(member: string, merge: (parts: Part[], product: string) => T) =>
    Object.fromEntries(
      [...byKey(reports, member)]
        .filter(([product]) => wanted(product))
        .map(([product, parts]) => [product, merge(parts, product)]),
    );
  return {
    date_updated: Math.floor(Math.max(...reports.map(({ updatedAt }) => updatedAt)) / 1_000),
    analytics_data: Object.fromEntries(
      [...byKey(reports, 'analytics_data')].map(([table, parts]) => [
        table,
        tables(parts.map(({ value }) => value)),
      ]),
    ),
    certificates_expiry_data: certificates(reports),
    usage_reports: merged('usage_reports', usageReport),
    clients_usage_reports: merged('clients_usage_reports', clientsReport),
  };
}

/** The layout that the command prints without --json: what is in use, by product. */
export function summaryOf(data: Members): Members {
  const reports = Object.entries(membersIn(data.usage_reports)).map(([product, report]) => {
    const { total_clients, clients_by_auth_method_types, total_secrets, secrets_by_types } =
      membersIn(report);
    return [
      product,
      { product, total_clients, clients_by_auth_method_types, total_secrets, secrets_by_types },
    ];
  });
  return { date_updated: data.date_updated, usage_reports: Object.fromEntries(reports) as Members };
}

interface Part {
  report: Report;
  value: unknown;
}

/** What every report has under a member, by the keys below it. */
function byKey(reports: readonly Report[], member: string): Map<string, Part[]> {
  const found = new Map<string, Part[]>();
  for (const report of reports) {
    for (const [key, value] of Object.entries(membersIn(report.body[member]))) {
      found.set(key, [...(found.get(key) ?? []), { report, value }]);
    }
  }
  return found;
}

const total = (parts: readonly Members[], member: string): number =>
  parts.reduce((sum, part) => sum + (numberIn(part[member]) ?? 0), 0);

function counts(parts: readonly unknown[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [label, value] of parts.flatMap((part) => Object.entries(membersIn(part)))) {
    sums[label] = (sums[label] ?? 0) + (numberIn(value) ?? 0);
  }
  return sums;
}

const newest = (parts: readonly Part[]): number =>
  Math.max(...parts.map(({ report, value }) => dateIn(membersIn(value).time) ?? report.updatedAt));

/** Here `time` is a number of seconds. */
function usageReport(parts: Part[], product: string): Members {
  const reports = parts.map(({ value }) => membersIn(value));
  return {
    product,
    time: Math.floor(newest(parts) / 1_000),
    total_clients: total(reports, 'total_clients'),
    total_secrets: total(reports, 'total_secrets'),
    clients_by_auth_method_types: counts(
      reports.map((report) => report.clients_by_auth_method_types),
    ),
    secrets_by_types: counts(reports.map((report) => report.secrets_by_types)),
  };
}

/** And here it is a date and time in text. */
function clientsReport(parts: Part[], product: string): Members {
  const reports = parts.map(({ value }) => membersIn(value));
  return {
    account_id: [...new Set(parts.map(({ report }) => report.account))].join(','),
    product,
    time: new Date(newest(parts)).toISOString(),
    total_clients: total(reports, 'total_clients'),
    clients: reports
      .flatMap((report) => listIn(report.clients).map(membersIn))
      .map(({ access_id, access_type, auth_method_name, client_unique_id, exceeded_clients }) => ({
        access_id: textIn(access_id),
        access_type: textIn(access_type),
        auth_method_name: textIn(auth_method_name),
        client_unique_id: textIn(client_unique_id),
        exceeded_clients: Math.round(numberIn(exceeded_clients) ?? 0),
      })),
  };
}

function certificates(reports: readonly Report[]): Members {
  const parts = reports.map(({ body }) => membersIn(body.certificates_expiry_data));
  return {
    account_id: reports.map(({ account }) => account).join(','),
    ca_counts: counts(parts.map((part) => part.ca_counts)),
    risk_counts: counts(parts.map((part) => part.risk_counts)),
  };
}

/** Rows of a label and a number are added up over accounts; any other row stays as it is. Everything is text. */
function tables(parts: readonly unknown[]): string[][] {
  const [header = [], ...more] = parts.map((part) =>
    listIn(part).map((row) => listIn(row).map(textIn)),
  );
  const rows = [...header.slice(1), ...more.flatMap((part) => part.slice(1))];
  const counted = new Map<string, string[]>();
  for (const row of rows) {
    const [label = '', value] = row;
    const isCount = row.length === 2 && numberIn(value) !== null;
    const before = isCount ? counted.get(label) : undefined;
    if (before) before[1] = String(Number(before[1]) + Number(value));
    else counted.set(isCount ? label : row.join('\n'), [...row]);
  }
  return [...header.slice(0, 1), ...counted.values()];
}
