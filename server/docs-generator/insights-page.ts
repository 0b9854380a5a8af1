import type { FilterDescription, InsightDescription, ParamDescription } from '../src/contract';
import { defaultParams, describeCatalogue, findInsight } from '../src/insights/catalogue';
import { accessLogEvents, readEvents } from '../src/sources/infisical/labels';
import { infisical } from '../src/sources/infisical/vendor';
import { eventFields } from '../src/store/relations/event-fields';
import { code, generatedFrom, table } from './markdown';

/** Descriptions need no table to read from. */
const fields = eventFields(infisical([]));
const { insights } = describeCatalogue('', fields);

export function insightsPage(): string {
  return [
    generatedFrom('server/src/insights'),
    '# Insights',
    introduction,
    table(
      ['Id', 'Title', 'Shape', 'Right', 'Default window'],
      insights.map(({ id, title, shape, needs, default_window }) => [
        `[${code(id)}](#${id})`,
        title,
        shape,
        code(needs),
        default_window,
      ]),
    ),
    '## What counts as a read',
    `A read is one event of these types: ${readEvents.map(code).join(', ')}. One event counts once, however many secrets it returned. The parameter ${code('reads=access-log')} counts these instead: ${accessLogEvents.map(code).join(', ')}.`,
    'Requests are all events. A refusal (`permission-denied`) counts with the repeats that Infisical suppressed.',
    '## Filters',
    'Several values of one filter are alternatives; a filter without values means All. Filters on different fields must all hold.',
    filterTable(allFilters()),
    `In ${code('secret_path')} and ${code('secret_key')} a ${code('glob')} takes ${code('*')} within a folder, ${code('**')} across folders and ${code('?')} for one character. Dots in ${code('metadata.<key>')} go deeper: ${code('metadata.a.b')}.`,
    ...insights.flatMap(section),
  ].join('\n\n');
}

const introduction = [
  'Every question the server answers. The same ids, parameters, filters and columns hold in Grafana, in the HTTP API, on the command line and in `GET /openapi.json`.',
  'The default window is used when a call names no range; in Grafana the range of the panel wins. Without `zone`, days begin in UTC and weeks begin on Monday.',
].join('\n');

/** Each field once, as the first insight that has it describes it. */
function allFilters(): FilterDescription[] {
  const byField = new Map<string, FilterDescription>();
  for (const filter of insights.flatMap((insight) => insight.filters)) {
    if (!byField.has(filter.field)) byField.set(filter.field, filter);
  }
  return [...byField.values()];
}

const filterTable = (filters: readonly FilterDescription[]): string =>
  table(
    ['Filter', 'Operators', 'What it is'],
    filters.map(({ field, ops, description }) => [
      code(field),
      ops.map(code).join(', '),
      description,
    ]),
  );

function section(insight: InsightDescription): string[] {
  return [
    `## ${insight.id}`,
    `**${insight.title}.** ${insight.about}`,
    `Default window: ${insight.default_window}. Shape: ${insight.shape}. Right: ${code(insight.needs)}. Version: ${insight.version}.`,
    '### Parameters',
    insight.params.length === 0 ? 'None.' : paramTable(insight.params),
    '### Filters',
    filtersOf(insight),
    '### Columns',
    ...columnNote(insight),
    columnTable(insight),
  ];
}

const paramTable = (params: readonly ParamDescription[]): string =>
  table(
    ['Parameter', 'Default', 'Allowed', 'What it does'],
    params.map((param) => [
      code(param.key),
      defaultOf(param),
      allowedIn(param),
      `${param.title}: ${param.description}`,
    ]),
  );

function defaultOf({ default: preset }: ParamDescription): string {
  const text = Array.isArray(preset) ? preset.join(',') : String(preset ?? '');
  return text === '' ? 'none' : code(text);
}

function allowedIn({ kind, min, max, choices = [], most = 1 }: ParamDescription): string {
  if (kind === 'integer') return `${min} to ${max}`;
  const offered = choices.map(code).join(', ');
  return kind === 'dimensions' ? `up to ${most} of ${offered}` : offered;
}

function filtersOf({ filters }: InsightDescription): string {
  const names = filters.map(({ field }) => field);
  const isEvery = allFilters().every(({ field }) => names.includes(field));
  return isEvery ? 'Every filter [above](#filters).' : `${names.map(code).join(', ')}.`;
}

/** Where the columns follow a choice of fields, the table below shows them for its default. */
function columnNote({ params, columns }: InsightDescription): string[] {
  const chosen = params.find(
    ({ kind, default: preset }) =>
      kind === 'dimensions' &&
      Array.isArray(preset) &&
      preset.length > 0 &&
      preset.every((field) => columns.some(({ key }) => key === field)),
  );
  return chosen
    ? [
        `The first columns are the fields that ${code(chosen.key)} names; here those of its default.`,
      ]
    : [];
}

function columnTable({ id, columns }: InsightDescription): string {
  const insight = findInsight(id);
  const declared = insight.columns(defaultParams(insight));
  return table(
    ['Column', 'Type', 'Unit', 'What it holds'],
    columns.map(({ key, type, unit, description }) => {
      const right = declared[key]?.needs;
      const hidden = right === undefined ? '' : `. Null without the right ${code(right)}`;
      return [code(key), type, unit ?? '', `${description}${hidden}`];
    }),
  );
}
