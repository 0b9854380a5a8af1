import type { Filter } from '../contract';
import { Failure } from '../failure';
import type { AsOf } from '../store/relations/inventory';
import { usageRelations } from '../store/relations/usage';
import { bind, sql } from '../store/sql';
import type { Insights } from './insights';
import type { Caller } from './run';

export interface ReportedQuestion {
  filters: readonly Filter[];
  asOf: AsOf;
  /** Reports from before this are too old, in epoch milliseconds. */
  notBefore: number;
}

/** What an account reported of its usage, in the vendor's own words. */
export interface Report {
  account: string;
  /** Epoch milliseconds. */
  updatedAt: number;
  body: Record<string, unknown>;
}

/**
 * The newest report of each account at a moment, as it came.
 * @throws Failure `not-allowed` naming the right that is missing, `unknown` where there is none.
 */
export async function reportedUsage(
  { store }: Insights,
  { filters, asOf, notBefore }: ReportedQuestion,
  caller: Caller,
): Promise<Report[]> {
  if (!caller.capabilities.has('usage')) {
    throw new Failure(
      'not-allowed',
      "Usage reports need the right 'usage', which this caller does not have.",
    );
  }
  if (caller.projects !== null) {
    throw new Failure('not-allowed', 'Usage reports need a token for all projects.');
  }
  const range = { from: 0, to: asOf.instant };
  const { usageSnapshots } = usageRelations(store, { range, scope: null, filters, asOf });
  const rows = await store.rows(
    sql`SELECT account, updated_at, body FROM ${usageSnapshots()} WHERE updated_at >= ${bind.instant(notBefore)} ORDER BY account`,
    { surface: 'insight', insight: 'reported-usage' },
  );
  if (rows.length === 0) {
    throw new Failure(
      'unknown',
      'No account reported its usage in that time: connect one in the settings, under sources.akeyless, or ask for an earlier time.',
    );
  }
  return rows.map((row) => ({
    account: String(row.account),
    updatedAt: Date.parse(String(row.updated_at)),
    body: JSON.parse(String(row.body)) as Record<string, unknown>,
  }));
}
