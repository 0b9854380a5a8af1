import type { Notice, Row } from '../contract';
import { bind, sql } from '../store/sql';
import { boolean, count, share, time } from './columns';
import type { Column } from './columns';
import { defineInsight } from './define';
import { choice, text } from './params';
import { productParam, usageFilters, usualProduct } from './usage-fields';
import { monthBefore, monthsAfter, reaches, trend } from './usage-projection';
import type { Point } from './usage-projection';
import { rollingDays } from './windows';

const usualFigure = 'total_clients';
/** An account that told nothing for so long has left. */
const carriedDays = 45;
const monthsAhead = 12;
const monthsWithoutLimit = 3;

const figureParam = text(
  'Figure',
  'total_clients (what holds where none is named), total_secrets, exceeded_clients, clients_by_auth_method, secrets_by_type, certificates_by_risk, certificates_by_issuer, or the name of a table of the report such as all_items',
  { form: /^[A-Za-z0-9._-]{1,100}$/, allowed: 'the name of a figure, such as total_clients' },
);
const anyName = { form: /^.{1,200}$/s, allowed: 'text of at most 200 characters' };

const number = (title: string, description: string): Column => ({
  ...count(title, description),
  type: 'number',
});

export const usageHistory = defineInsight({
  id: 'usage-history',
  version: 1,
  title: 'Usage history',
  about:
    'A figure that accounts report, over time and of all accounts together, with its change over a month and a straight line to its limit. Each bucket has the last report in it; an account that sent none there keeps its earlier value for 45 days.',
  shape: 'series',
  needs: 'usage',
  defaultWindow: rollingDays(400),
  knownFrom: ['usage'],
  isReshaped: true,
  params: {
    figure: figureParam,
    product: productParam,
    label: text(
      'Label',
      'Of a figure by label, only this one; all together where none is named',
      anyName,
    ),
    limit_name: text(
      'Limit',
      'Name of a limit in the settings, under usage.limits; product.figure where none is named',
      anyName,
    ),
    bucket: choice('Bucket', 'Length of a bucket', ['day', 'week', 'month'], 'day'),
  },
  filters: usageFilters,
  columns: {
    time: time('Time', 'Start of the bucket'),
    value: number('Value', 'As reported last in the bucket; empty ahead of now'),
    projected: number('Projected', 'Where the straight line through the values goes on to'),
    limit: number('Limit', 'From the settings; empty where there is none'),
    change: share('Change', 'Against the value one month earlier, as a part of it'),
    partial: boolean('Partial', 'Whether the month of the bucket is not over yet'),
  },
  query: ({ usageHistory: history, inRange, bucket, to, zone, param }) => {
    const { figure = usualFigure, product = usualProduct, label } = param;
    const counted =
      label === undefined
        ? sql`sum(value)`
        : sql`sumIf(value, lower(label) = lower(${bind.text(label)}))`;
    const values = sql`(
      SELECT account, updated_at, ${counted} AS total FROM ${history()}
      WHERE figure = ${bind.text(figure)} AND product IN (${bind.text(product)}, '') GROUP BY account, updated_at)`;
    const month = bind.text(zone);
    return sql`
      SELECT start AS time,
        sumIf(reported.total, reported.updated_at > point.last_report - toIntervalDay(${bind.integer(carriedDays)})) AS value,
        CAST(NULL, 'Nullable(Float64)') AS projected, CAST(NULL, 'Nullable(Float64)') AS limit, CAST(NULL, 'Nullable(Float64)') AS change,
        CAST(toStartOfMonth(start, ${month}) = toStartOfMonth(${to}, ${month}), 'Bool') AS partial
      FROM (
        SELECT start, last_report, account FROM (
          SELECT ${bucket} AS start, max(time) AS last_report
          FROM (SELECT updated_at AS time FROM ${values}) WHERE ${inRange(sql`time`)} GROUP BY start
        ) AS buckets
        CROSS JOIN (SELECT DISTINCT account FROM ${values}) AS accounts
      ) AS point
      ASOF LEFT JOIN ${values} AS reported ON point.account = reported.account AND point.last_report >= reported.updated_at
      GROUP BY start ORDER BY start`;
  },
  after: (rows, param, { limits }) => {
    const { figure = usualFigure, product = usualProduct, limit_name: named } = param;
    const limit = limits[named ?? `${product}.${figure}`] ?? null;
    const notices: Notice[] =
      named !== undefined && limit === null
        ? [
            {
              severity: 'warning',
              text: `There is no limit '${named}' in the settings: name it under usage.limits.`,
            },
          ]
        : [];
    const points = rows.map((row) => ({
      at: Date.parse(String(row.time)),
      value: Number(row.value),
    }));
    const past = rows.map((row, index) => ({ ...row, limit, change: changeAt(points, index) }));
    const ahead = projection(points, limit);
    return {
      rows: [...withLast(past, ahead.start), ...ahead.rows],
      notices: [...notices, ...ahead.notices],
    };
  },
});

/** Against the newest value at or before the same day of the month before, if that is not long gone. */
function changeAt(points: readonly Point[], index: number): number | null {
  const here = points[index];
  if (!here) return null;
  const wanted = monthBefore(here.at);
  const before = points.findLast(({ at }) => at <= wanted);
  const isNear = before !== undefined && wanted - before.at <= 7 * 86_400_000;
  return isNear && before.value !== 0 ? here.value / before.value - 1 : null;
}

interface Projection {
  /** What the line says where the values end, so that both lines meet in a chart. */
  start: number | null;
  rows: Row[];
  notices: Notice[];
}

function projection(points: readonly Point[], limit: number | null): Projection {
  const line = trend(points);
  const last = points.at(-1);
  if (!line || !last) return { start: null, rows: [], notices: [] };
  const end = limit === null ? null : reaches(line, limit, last.at);
  const months = monthsAfter(last.at, limit === null ? monthsWithoutLimit : monthsAhead);
  const shown = end === null ? months : months.filter((_, index) => (months[index - 1] ?? 0) < end);
  return {
    start: line(last.at),
    rows: shown.map((at) => ({
      time: new Date(at).toISOString(),
      value: null,
      projected: Math.max(0, line(at)),
      limit,
      change: null,
      partial: false,
    })),
    notices: limit === null ? [] : [sentence(last.value, limit, end)],
  };
}

function sentence(value: number, limit: number, end: number | null): Notice {
  const used = `${Math.round((value / limit) * 100)} % of the limit of ${limit.toLocaleString('en-US')}`;
  if (value >= limit) return { severity: 'warning', text: `This is ${used}.` };
  const when =
    end === null
      ? 'and it does not grow'
      : `and at this pace it gets there about ${new Date(end).toISOString().slice(0, 10)}`;
  return { severity: 'info', text: `This is ${used}, ${when}.` };
}

const withLast = (rows: readonly Row[], start: number | null): Row[] =>
  rows.map((row, index) =>
    index === rows.length - 1 && start !== null ? { ...row, projected: start } : row,
  );
