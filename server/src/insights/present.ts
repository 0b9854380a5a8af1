import type { Notice, Row } from '../contract';
import { sql } from '../store/sql';
import type { Asker } from '../store/store';
import type { Relations } from '../store/relations/relations';
import type { Columns } from './columns';
import type { Insight } from './define';
import type { Insights } from './insights';
import type { Knowledge } from './knowledge';
import type { Caller } from './run';

/** The columns that are shown; what nothing is known of is null, whatever the statement counted. */
export function pickColumns(rows: readonly Row[], columns: Columns, knowledge: Knowledge): Row[] {
  const picked = Object.entries(columns).map(([key, { knownFrom }]) => ({
    key,
    isKnown: knownFrom === undefined || knowledge[knownFrom],
  }));
  return rows.map((row) => {
    const shown: Row = {};
    for (const { key, isKnown } of picked) shown[key] = isKnown ? (row[key] ?? null) : null;
    return shown;
  });
}

/** Ids become names, and what the caller may not see becomes null with a notice. */
export function present(
  insights: Insights,
  rows: Row[],
  columns: Columns,
  caller: Caller,
): { rows: Row[]; notices: Notice[] } {
  const hidden = Object.entries(columns).filter(
    ([, { needs }]) => needs !== undefined && !caller.capabilities.has(needs),
  );
  const projects = Object.entries(columns).filter(([, { isProject }]) => isProject);
  if (hidden.length === 0 && projects.length === 0) return { rows, notices: [] };
  const shown = rows.map((row) => ({
    ...row,
    ...Object.fromEntries(
      projects.map(([key]) => [
        key,
        // Null is a series without a split, '' is the organisation itself.
        row[key] === null ? null : insights.projects.nameOf(row[key]),
      ]),
    ),
    ...Object.fromEntries(hidden.map(([key]) => [key, null])),
  }));
  return {
    rows: shown,
    notices: hidden.map(([key, { needs }]) => ({
      severity: 'info' as const,
      text: `${key} is left out: it needs the right '${needs}'.`,
    })),
  };
}

export const leftOut = (insight: Insight, field: string): Notice => ({
  severity: 'warning',
  text: `The filter on ${field} does not apply to ${insight.id} and was left out.`,
});

export const tooMany = (limit: number): Notice => ({
  severity: 'warning',
  text: `Only the first ${limit.toLocaleString('en-US')} rows are shown. Add a filter, or ask for fewer.`,
});

/** An empty panel says whether nothing happened or nothing was received. */
export async function whyEmpty(
  insights: Insights,
  /** Null where every event would have been shown. */
  relations: Relations | null,
  range: { from: number; to: number },
  asker: Asker,
): Promise<Notice> {
  const [row] =
    relations === null
      ? []
      : await insights.store.rows(
          sql`SELECT sum(events) AS events FROM ${relations.events('events')}`,
          asker,
        );
  const span = `between ${new Date(range.from).toISOString()} and ${new Date(range.to).toISOString()}`;
  const events = Number(row?.events ?? 0);
  return {
    severity: 'info',
    text:
      events > 0
        ? `Nothing of this kind happened ${span}; ${events.toLocaleString('en-US')} other events match the filters.`
        : `No event ${span} matches the filters. The insight 'coverage' shows what was received.`,
  };
}
