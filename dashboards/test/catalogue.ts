import type {
  Catalogue,
  ColumnDescription,
  InsightDescription,
  InsightQuery,
  ParamDescription,
} from '../../server/src/contract';
import { defaultParams, findInsight } from '../../server/src/insights/catalogue';
import { describeColumns } from '../../server/src/insights/columns';
import { readJson } from './repository';

/** The committed snapshot of GET /api/v1/insights; the server's own tests keep it true. */
const snapshot = readJson<Catalogue>('server/testdata/catalogue.json');

export const catalogue = new Map(snapshot.insights.map((insight) => [insight.id, insight]));

export function describedInsight(id: string): InsightDescription {
  const description = catalogue.get(id);
  if (!description) throw new Error(`no insight ${id} in the catalogue`);
  return description;
}

/** The columns a query's answer has; fields that it groups by are columns of their own. */
export function columnsOf(query: InsightQuery): ColumnDescription[] {
  const { params } = describedInsight(query.insight);
  const insight = findInsight(query.insight);
  const columns = describeColumns(insight.columns({ ...defaultParams(insight), ...query.params }));
  const isDimensions = (key: string) =>
    params.some((param) => param.key === key && param.kind === 'dimensions');
  const fields = Object.entries(query.params ?? {})
    .filter(([key]) => isDimensions(key))
    .flatMap(([, value]) => value)
    .map((field) => ({ key: String(field), type: 'string' as const, title: '', description: '' }));
  return [...fields.filter(({ key }) => !columns.some((column) => column.key === key)), ...columns];
}

function paramProblem(description: ParamDescription, value: unknown): string | undefined {
  const { kind, choices, most, min, max } = description;
  // What a variable holds is chosen later, and empty ones are left out.
  if (typeof value === 'string' && value.startsWith('${')) return undefined;
  if (kind === 'choice')
    return choices?.includes(String(value)) ? undefined : `not ${String(value)}`;
  if (kind === 'dimensions') {
    const chosen = Array.isArray(value) ? value.map(String) : [String(value)];
    const unknown = chosen.filter((dimension) => !choices?.includes(dimension));
    if (unknown.length > 0) return `no dimension ${unknown.join(', ')}`;
    return chosen.length > (most ?? chosen.length) ? `at most ${most}` : undefined;
  }
  if (kind === 'integer') {
    const number = Number(value);
    const fits = Number.isInteger(number) && number >= (min ?? number) && number <= (max ?? number);
    return fits ? undefined : `not ${String(value)}`;
  }
  return undefined;
}

/** What the server would refuse in a saved query, as sentences; none for a good one. */
export function queryProblems(query: InsightQuery): string[] {
  const insight = catalogue.get(query.insight);
  if (!insight) return [`no insight ${query.insight}`];
  const params = Object.entries(query.params ?? {}).map(([key, value]) => {
    const description = insight.params.find((param) => param.key === key);
    const problem = description ? paramProblem(description, value) : 'unknown';
    return problem && `${query.insight}: param ${key}: ${problem}`;
  });
  const filters = (query.filters ?? []).map(({ field, op, values }) => {
    const description = insight.filters.find((filter) => filter.field === field);
    if (!description) return `${query.insight}: no filter ${field}`;
    if (!description.ops.includes(op)) return `${query.insight}: filter ${field} knows no ${op}`;
    return Array.isArray(values) ? undefined : `${query.insight}: filter ${field} needs a list`;
  });
  const version =
    query.version === insight.version
      ? undefined
      : `${query.insight}: version ${query.version} instead of ${insight.version}`;
  return [version, ...params, ...filters].filter((problem) => problem !== undefined);
}
