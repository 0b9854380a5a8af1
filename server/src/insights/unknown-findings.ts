import type { Cell, Notice, Row } from '../contract';
import type { Relations } from '../store/relations/relations';
import { sql } from '../store/sql';
import type { Sql } from '../store/sql';

/**
 * unknown_source, unknown_projects, unknown_reason: sources of which something was not found out, for the
 * statement of an insight to give to `after` beside its rows.
 */
export const unknownFindings = (
  findings: Relations['findings'],
  kind: 'digests' | 'rules',
): Sql => sql`(
  SELECT source AS unknown_source, count() AS unknown_projects, any(reason) AS unknown_reason
  FROM ${findings(kind)} WHERE NOT known GROUP BY source, reason = '')`;

/** Rows that are answers, and what the others say: that nothing is known is not that there is nothing. */
export function splitUnknown(
  rows: readonly Row[],
  what: string,
  howToKnow: string,
): { rows: Row[]; notices: Notice[] } {
  const isUnknown = (row: Row): boolean => text(row.unknown_source) !== '';
  return {
    rows: rows.filter((row) => !isUnknown(row)),
    notices: rows.filter(isUnknown).map((row) => {
      const projects = Number(row.unknown_projects);
      const reason = text(row.unknown_reason) || howToKnow;
      return {
        severity: 'warning',
        text: `${what} of source '${text(row.unknown_source)}' are unknown in ${projects} ${projects === 1 ? 'project' : 'projects'}: ${reason}`,
      };
    }),
  };
}

const text = (cell: Cell | undefined): string => String(cell ?? '');
