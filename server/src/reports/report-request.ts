import { z } from 'zod';
import { parseRange } from '../api/request-range';
import type { Range } from '../api/request-range';
import type { Capability, Filter } from '../contract';
import { Failure, badParameter } from '../failure';
import { findInsight } from '../insights/catalogue';
import type { Insight } from '../insights/define';
import type { Insights } from '../insights/insights';
import { checkRange, insightQuerySchema, parseFilters, parseParams } from '../insights/parse';
import { recipientsSchema } from './recipients';
import { findReportType } from './report-types';
import type { ReportType } from './report-types';

const bound = z.union([z.string().max(100), z.number()]).transform(String);

/** One report with its inputs; text alone is a report with its defaults. */
export const reportChoiceSchema = z.strictObject({
  type: z.string().min(1),
  params: z.record(z.string(), z.unknown()).optional(),
  filters: insightQuerySchema.shape.filters,
  from: bound.optional(),
  to: bound.optional(),
});
export type ReportChoice = z.infer<typeof reportChoiceSchema>;

const choicesSchema = z
  .union([z.string(), z.array(z.union([z.string(), reportChoiceSchema]))])
  .describe('Ids of reports, with commas or as a list; an object gives one its inputs');

const oneLine = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'must be one line of text');

const mailAddress = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[^<>@\s,;]+@[^<>@\s,;]+$/, {
    error: 'must be an e-mail address',
  });

/** What a run on demand and a schedule have in common. */
export const contentSchema = z.strictObject({
  reports: choicesSchema,
  project: z.string().optional().describe('Id, slug or name; every project when not given'),
  recipients: recipientsSchema
    .optional()
    .describe('Addresses, with commas or as a list; blank is the Grafana user who asks'),
  zone: z
    .string()
    .optional()
    .describe('IANA time zone that times are written in; UTC if not given'),
  subject: oneLine.optional().describe('Subject of the mail, in place of the one in the settings'),
  reply_to: mailAddress.optional().describe('Address that answers go to'),
});

/** POST /api/v1/reports */
export const runRequestSchema = contentSchema.extend({
  download_only: z.boolean().optional().describe('Makes the files and mails nobody'),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

/** @throws Failure where none is named, or one twice. */
export function parseChoices(given: z.infer<typeof choicesSchema>): ReportChoice[] {
  const list = typeof given === 'string' ? given.split(',') : given;
  const choices = list
    .map((each) => (typeof each === 'string' ? { type: each.trim() } : each))
    .filter(({ type }) => type !== '')
    .map((choice) => ({ ...choice, type: findReportType(choice.type).id }));
  if (choices.length === 0) throw badParameter('reports', 'Name at least one report.');
  const twice = choices.find(
    ({ type }, index) => choices.findIndex((other) => other.type === type) !== index,
  );
  if (twice) throw badParameter('reports', `The report '${twice.type}' is named twice.`);
  return choices;
}

/** One report of a run, ready to be made. */
export interface ReportInput {
  type: string;
  name: string;
  file: string;
  params: Record<string, unknown>;
  filters: Filter[];
  /** ISO 8601, half-open. */
  from: string;
  to: string;
}

export interface ResolveContext {
  insights: Insights;
  capabilities: ReadonlySet<Capability>;
  /** Epoch milliseconds: what `now` means in a range. */
  now: number;
}

/** Checks a report's inputs as its insights do. @throws Failure naming the input and what is allowed. */
export function resolveChoice(choice: ReportChoice, context: ResolveContext): ReportInput {
  const type = findReportType(choice.type);
  const asked = type.insights.map((id) => findInsight(id));
  for (const insight of asked) requireCapability(type, insight, context.capabilities);
  const params = choice.params ?? {};
  checkParams(asked, params);
  const filters = choice.filters ?? [];
  for (const insight of asked) parseFilters(insight, context.insights.events.fields, filters);
  const range = rangeOf(type, asked, choice, context.now);
  for (const insight of asked) checkRange(range, insight);
  return {
    type: type.id,
    name: type.name,
    file: type.file,
    params,
    filters,
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
  };
}

/** The inputs that an insight of a report knows. */
export const paramsFor = (
  insight: Insight,
  params: Record<string, unknown>,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(params).filter(([key]) => Object.hasOwn(insight.params, key)));

function checkParams(asked: readonly Insight[], params: Record<string, unknown>): void {
  for (const insight of asked) parseParams(insight, paramsFor(insight, params));
  const foreign = Object.keys(params).find((key) =>
    asked.every((insight) => !Object.hasOwn(insight.params, key)),
  );
  const [first] = asked;
  if (foreign !== undefined && first) parseParams(first, { [foreign]: params[foreign] });
}

function rangeOf(
  { window }: ReportType,
  [first]: readonly Insight[],
  { from, to }: ReportChoice,
  now: number,
): Range {
  const given = parseRange(from, to, now);
  const preset = window ?? first?.defaultWindow;
  if (given) return given;
  if (!preset) throw new Error('a report without insights has no range');
  return preset.range(now);
}

function requireCapability(
  { name }: ReportType,
  { needs }: Insight,
  capabilities: ReadonlySet<Capability>,
): void {
  if (capabilities.has(needs)) return;
  throw new Failure(
    'not-allowed',
    `${name} needs the right '${needs}', which this caller does not have.`,
    { field: 'reports' },
  );
}
