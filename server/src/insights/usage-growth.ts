import type { Row } from '../contract';
import { bind, sql } from '../store/sql';
import { count, key, share } from './columns';
import { defineInsight } from './define';
import { usageFilters } from './usage-fields';
import { rollingDays } from './windows';

/** What grows with the use of the product. */
const figures = sql`('total_clients', 'total_secrets')`;
const monthsBefore = 6;
/** Of fewer months nobody can say what is usual. */
const fewestMonths = 3;
/** A report this much older than the moment it stands for says nothing of it. */
const oldestDays = 14;

export const usageGrowth = defineInsight({
  id: 'usage-growth',
  version: 1,
  title: 'Usage growth',
  about:
    'Clients and secrets of each account and product at the end of the range, against one month earlier and against what the six months before that were like; growth above the usual first.',
  shape: 'table',
  needs: 'usage',
  defaultWindow: rollingDays(30),
  knownFrom: ['usage'],
  isReshaped: true,
  params: {},
  filters: usageFilters,
  columns: {
    account: key('Account', 'Id of the account'),
    product: key('Product', "The vendor's key of the product"),
    figure: key('Figure', 'total_clients or total_secrets'),
    above_usual: share(
      'Above usual',
      'The change less the usual change, where that is known; empty where a month earlier is not known',
    ),
    change: share('Change', 'Against one month earlier, as a part of it'),
    usual: share(
      'Usual',
      'Median of the monthly changes before; empty where fewer than 3 are known',
    ),
    value: count('Value', 'As reported last'),
    month_before: count('A month before', 'As reported then; empty where not known'),
  },
  query: ({ usageHistory, to }) => sql`
    SELECT account, product, figure, back, toInt64(argMax(total, updated_at)) AS value
    FROM (
      SELECT account, updated_at, product, figure, sum(value) AS total FROM ${usageHistory()}
      WHERE figure IN ${figures} GROUP BY account, updated_at, product, figure
    )
    ARRAY JOIN range(${bind.integer(monthsBefore + 2)}) AS back
    WHERE updated_at <= subtractMonths(${to}, back) AND updated_at > subtractMonths(${to}, back) - toIntervalDay(${bind.integer(oldestDays)})
    GROUP BY account, product, figure, back
    ORDER BY account, product, figure, back`,
  after: (rows) => ({
    rows: valuesByMonth(rows)
      .flatMap(grown)
      .sort((one, other) => Number(other.above_usual ?? -1) - Number(one.above_usual ?? -1)),
  }),
});

interface Months {
  names: Row;
  /** By how many months ago; none where nothing was reported about then. */
  values: Map<number, number>;
}

function valuesByMonth(rows: readonly Row[]): Months[] {
  const found = new Map<string, Months>();
  for (const { account, product, figure, back, value } of rows) {
    const names = { account, product, figure } as Row;
    const identity = JSON.stringify(names);
    const months = found.get(identity) ?? { names, values: new Map<number, number>() };
    months.values.set(Number(back), Number(value));
    found.set(identity, months);
  }
  return [...found.values()];
}

function grown({ names, values }: Months): Row[] {
  const value = values.get(0);
  if (value === undefined) return [];
  const changeAt = (back: number): number | null => {
    const [here, before] = [values.get(back), values.get(back + 1)];
    return here === undefined || !before ? null : here / before - 1;
  };
  const change = changeAt(0);
  const earlier = Array.from({ length: monthsBefore }, (_, index) => changeAt(index + 1)).filter(
    (each) => each !== null,
  );
  const usual = earlier.length < fewestMonths ? null : median(earlier);
  return [
    {
      ...names,
      above_usual: change === null ? null : change - (usual ?? 0),
      change,
      usual,
      value,
      month_before: values.get(1) ?? null,
    },
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
