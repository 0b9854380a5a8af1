import type { Notice, Row } from '../contract';
import { sql } from '../store/sql';
import { asOfParam } from './as-of';
import { count, key, share } from './columns';
import { defineInsight } from './define';
import { noWindow } from './inventory-fields';
import { usageFilters } from './usage-fields';

export const usageLimits = defineInsight({
  id: 'usage-limits',
  version: 1,
  title: 'Usage against limits',
  about:
    'Each limit in the settings that is named product.figure, beside what the newest reports of all accounts count together; the fullest first.',
  shape: 'table',
  needs: 'usage',
  defaultWindow: noWindow,
  knownFrom: ['usage'],
  isReshaped: true,
  params: { as_of: asOfParam },
  filters: usageFilters,
  columns: {
    product: key('Product', "The vendor's key of the product"),
    figure: key('Figure', 'What is limited, such as total_clients'),
    used: share('Used', 'Part of the limit that is in use; empty where no account reports it'),
    value: count('Value', 'As reported; empty where no account reports it'),
    limit: count('Limit', 'From the settings'),
  },
  query: ({ usageFigures }) => sql`
    SELECT product, figure, toInt64(sum(value)) AS value FROM ${usageFigures()} GROUP BY product, figure`,
  after: (rows, _param, { limits }) => {
    const compared = Object.entries(limits).flatMap(([name, limit]) => against(name, limit, rows));
    return { rows: compared.sort(byUse), notices: compared.length > 0 ? [] : [noLimits] };
  },
});

const noLimits: Notice = {
  severity: 'info',
  text: 'There are no limits to compare with: name them in the settings under usage.limits, such as sm.total_clients: 25.',
};

/** A name without a point is for `limit_name` alone: it says nothing of a figure. */
function against(name: string, limit: number, rows: readonly Row[]): Row[] {
  const point = name.indexOf('.');
  if (point < 1) return [];
  const [product, figure] = [name.slice(0, point), name.slice(point + 1)];
  const found = rows.find((row) => row.product === product && row.figure === figure);
  const value = found === undefined ? null : Number(found.value);
  return [{ product, figure, used: value === null ? null : value / limit, value, limit }];
}

const byUse = (one: Row, other: Row): number =>
  Number(other.used ?? -1) - Number(one.used ?? -1) ||
  `${String(one.product)}.${String(one.figure)}`.localeCompare(
    `${String(other.product)}.${String(other.figure)}`,
  );
