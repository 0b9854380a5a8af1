import type { ColumnDescription } from '../contract';
import type { CsvColumn } from './csv-file';
import type { ReportInput } from './report-request';
import type { ReportType } from './report-types';

const capitals = new Set(['id', 'ip', 'url']);

/** `severity_score` as a title: Severity Score. */
const humanised = (key: string): string =>
  key
    .split('_')
    .map((word) =>
      capitals.has(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join(' ');

/** The columns of a report's file, out of those its insights describe. */
export function csvColumns(
  { id, header, isHumanised }: ReportType,
  { params }: ReportInput,
  described: readonly ColumnDescription[],
): CsvColumn[] {
  if (header) {
    return header.map(([title, key]) => {
      const column = described.find((each) => each.key === key);
      if (!column) throw new Error(`the report ${id} names a column '${key}' that is not there`);
      return { title, key, type: column.type, unit: column.unit };
    });
  }
  // A series that nothing splits has no label to show.
  const isSplit = [params.by].flat().some((by) => by !== undefined && by !== '' && by !== null);
  return described
    .filter(({ key }) => key !== 'by' || isSplit)
    .map(({ key, type, unit, title }) => ({
      key,
      type,
      unit,
      title: isHumanised ? humanised(key) : title,
    }));
}
