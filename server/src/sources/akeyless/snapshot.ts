import type { UsageClient, UsageFigure, UsageSnapshot } from '../../store/usage/snapshot';
import { dateIn, listIn, membersIn, numberIn, textIn } from './values';
import type { Members } from './text-line';

export interface Arrived {
  source: string;
  /** The account where the answer names none. */
  account: string;
  /** Epoch milliseconds. */
  seenAt: number;
}

/**
 * An answer of get-analytics-data as a dated snapshot. Products, tables and labels are an open set: all
 * are kept under the names they have. The whole answer is kept beside the figures.
 */
export function snapshotOf(answer: Members, { source, account, seenAt }: Arrived): UsageSnapshot {
  const reports = Object.entries(membersIn(answer.usage_reports));
  const clientReports = Object.entries(membersIn(answer.clients_usage_reports));
  const clients = clientReports.flatMap(([product, report]) => clientsIn(product, report));
  return {
    source,
    vendor: 'akeyless',
    account: accountIn(answer) || account,
    updatedAt: updatedAt(answer) ?? seenAt,
    seenAt,
    figures: [
      ...reports.flatMap(([product, report]) => productFigures(product, membersIn(report))),
      ...exceededFigures(
        clientReports.map(([product]) => product),
        clients,
      ),
      ...certificateFigures(membersIn(answer.certificates_expiry_data)),
      ...tableFigures(membersIn(answer.analytics_data)),
    ],
    clients,
    body: JSON.stringify(answer),
  };
}

/** The account that an answer is about; empty where it does not say. */
export function accountIn(answer: Members): string {
  const named = [
    membersIn(answer.certificates_expiry_data),
    ...Object.values(membersIn(answer.clients_usage_reports)).map(membersIn),
  ];
  return named.map((each) => textIn(each.account_id)).find((id) => id !== '') ?? '';
}

/** When the vendor computed it: its own date, else the newest of its reports, which spell it in two ways. */
function updatedAt(answer: Members): number | null {
  const own = dateIn(answer.date_updated);
  if (own !== null) return own;
  const reports = [
    ...Object.values(membersIn(answer.usage_reports)),
    ...Object.values(membersIn(answer.clients_usage_reports)),
  ];
  const times = reports
    .map((report) => dateIn(membersIn(report).time))
    .filter((time) => time !== null);
  return times.length === 0 ? null : Math.max(...times);
}

function productFigures(product: string, report: Members): UsageFigure[] {
  const total = (figure: string): UsageFigure[] => {
    const value = numberIn(report[figure]);
    return value === null ? [] : [{ product, figure, label: '', value }];
  };
  return [
    ...total('total_clients'),
    ...total('total_secrets'),
    ...labelled(product, 'clients_by_auth_method', report.clients_by_auth_method_types),
    ...labelled(product, 'secrets_by_type', report.secrets_by_types),
  ];
}

const labelled = (product: string, figure: string, counts: unknown): UsageFigure[] =>
  Object.entries(membersIn(counts)).flatMap(([label, count]) => {
    const value = numberIn(count);
    return value === null ? [] : [{ product, figure, label, value }];
  });

/** How many clients of a product go over their share. 0 is told too: it is known that there are none. */
const exceededFigures = (
  products: readonly string[],
  clients: readonly UsageClient[],
): UsageFigure[] =>
  products.map((product) => ({
    product,
    figure: 'exceeded_clients',
    label: '',
    value: clients.filter((client) => client.product === product && client.exceeded > 0).length,
  }));

const certificateFigures = (data: Members): UsageFigure[] => [
  ...labelled('', 'certificates_by_risk', data.risk_counts),
  ...labelled('', 'certificates_by_issuer', data.ca_counts),
];

/** Named tables of texts; where a row is a label and a number it is a figure. The first row is a header. */
const tableFigures = (tables: Members): UsageFigure[] =>
  Object.entries(tables).flatMap(([table, rows]) =>
    listIn(rows)
      .map(listIn)
      .flatMap((row) => {
        const value = row.length === 2 ? numberIn(row[1]) : null;
        const label = textIn(row[0]);
        return value === null || label === '' ? [] : [{ product: '', figure: table, label, value }];
      }),
  );

const clientsIn = (product: string, report: unknown): UsageClient[] =>
  listIn(membersIn(report).clients).map((client) => {
    const { access_id, client_unique_id, access_type, auth_method_name, exceeded_clients } =
      membersIn(client);
    return {
      product,
      accessId: textIn(access_id),
      clientId: textIn(client_unique_id),
      accessType: textIn(access_type),
      authMethodName: textIn(auth_method_name),
      exceeded: Math.round(numberIn(exceeded_clients) ?? 0),
    };
  });
