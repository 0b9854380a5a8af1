import { bind, sql } from '../store/sql';
import type { Sql } from '../store/sql';

/** `label` and `count` rows as label, count and share; largest first, labels that differ in case are one. */
export const byLabel = (counts: Sql): Sql => sql`
  SELECT label, total AS count, total / nullIf(sum(total) OVER (), 0) AS share
  FROM (
    SELECT argMax(spelling, counted) AS label, sum(counted) AS total
    FROM (SELECT trimBoth(label) AS spelling, toInt64(sum(count)) AS counted FROM ${counts} GROUP BY spelling)
    GROUP BY lower(spelling)
  )
  ORDER BY count DESC, label`;

/** Labels of a figure of one product in the newest snapshots. */
export const figureLabels = (usageFigures: Sql, figure: string, product: string): Sql =>
  sql`(SELECT label, value AS count FROM ${usageFigures} WHERE figure = ${bind.text(figure)} AND product = ${bind.text(product)})`;
