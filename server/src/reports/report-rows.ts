import type { ColumnDescription, InsightResult, Row } from '../contract';
import { Failure } from '../failure';
import { findInsight } from '../insights/catalogue';
import type { Insight } from '../insights/define';
import type { Insights } from '../insights/insights';
import { isKnownToBeEmpty } from '../insights/knowledge';
import { parseParams } from '../insights/parse';
import { runInsight } from '../insights/run';
import type { Caller, InsightRequest } from '../insights/run';
import { paramsFor } from './report-request';
import type { ReportInput } from './report-request';

export interface RowsRequest {
  insights: Insights;
  /** Ids of the insights that fill the report. */
  ids: readonly string[];
  input: ReportInput;
  zone: string;
  caller: Caller;
  /** Rows at most. */
  limit: number;
  signal: AbortSignal;
}

/** Some rows of a report; at most one more page is read while it is written. */
export interface Page {
  columns: ColumnDescription[];
  rows: Row[];
  /** Whether there are more rows than the limit; known with the last page. */
  truncated: boolean;
  /** What the insights say of their answer. */
  notices: string[];
  /** Whether there was nothing to answer from, so that no row says anything. */
  isUnknown: boolean;
}

const pageRows = 20_000;

/** The rows of a report, page by page, so that memory does not grow with them. */
export function reportPages(request: RowsRequest): AsyncGenerator<Page> {
  const asked = request.ids.map((id) => findInsight(id));
  const [first] = asked;
  return first?.isPagedByTime && asked.length === 1
    ? eventPages(first, request)
    : wholeAnswer(asked, request);
}

function ask(
  { insights, input, zone, caller, signal }: RowsRequest,
  insight: Insight,
  asked: Pick<InsightRequest, 'limit' | 'range'>,
): ReturnType<typeof runInsight> {
  const query = {
    insight: insight.id,
    params: paramsFor(insight, input.params),
    filters: input.filters,
    zone,
  };
  return runInsight(insights, { query, surface: 'report', signal, ...asked }, caller);
}

async function* wholeAnswer(asked: readonly Insight[], request: RowsRequest): AsyncGenerator<Page> {
  const range = { from: Date.parse(request.input.from), to: Date.parse(request.input.to) };
  const answers = [];
  for (const insight of asked) {
    answers.push(await ask(request, insight, { range, limit: request.limit }));
  }
  const said = {
    notices: answers.flatMap(({ meta }) => meta.notices.map(({ text }) => text)),
    isUnknown: answers.every((answer, index) => isUnknown(asked[index], request.input, answer)),
  };
  const [only] = answers;
  if (answers.length === 1 && only) {
    yield { columns: only.columns, rows: only.rows, truncated: only.meta.truncated, ...said };
    return;
  }
  // Figures of several insights stand in one row.
  yield {
    columns: answers.flatMap(({ columns }) => columns),
    rows: [Object.assign({}, ...answers.map(({ rows }) => rows[0] ?? {})) as Row],
    truncated: answers.some(({ meta }) => meta.truncated),
    ...said,
  };
}

/** No row, and the insight says that something is unknown; or rows without any of its figures. */
function isUnknown(
  insight: Insight | undefined,
  { params }: ReportInput,
  { rows, meta }: InsightResult,
): boolean {
  if (insight?.knownFrom === undefined || isKnownToBeEmpty(meta.notices)) return false;
  const columns = insight.columns(parseParams(insight, paramsFor(insight, params)));
  const figures = Object.entries(columns).filter(([, { knownFrom }]) => knownFrom !== undefined);
  return rows.every((row) => figures.length > 0 && figures.every(([key]) => row[key] === null));
}

const hour = 3_600_000;

interface Asked {
  range: { from: number; to: number };
  answer: ReturnType<typeof runInsight>;
}

/**
 * Events, newest first, by spans of time whose length follows how many events they hold: each is read
 * once, however many there are. A page ends between two milliseconds, so no event is in two pages.
 */
async function* eventPages(insight: Insight, request: RowsRequest): AsyncGenerator<Page> {
  const begin = Date.parse(request.input.from);
  let to = Date.parse(request.input.to);
  let span = hour;
  let size = pageRows;
  let left = request.limit;
  const next = (): Asked => {
    const range = { from: Math.max(begin, to - span), to };
    const answer = ask(request, insight, { range, limit: size });
    // Whoever reads may stop before it is waited for.
    answer.catch(() => undefined);
    return { range, answer };
  };
  let asked: Asked | null = to > begin ? next() : null;
  while (asked !== null) {
    const { from, to: end } = asked.range;
    const { columns, rows, meta } = await asked.answer;
    // The end of a range close to now is rounded up, and what lies there was read before.
    const start = rows.findIndex((row) => timeOf(row) < end);
    let fitting = start < 0 ? [] : rows.slice(start);
    if (meta.truncated) {
      const oldest = fitting.length > 0 ? timeOf(fitting.at(-1)) : end;
      fitting = fitting.slice(0, fitting.findLastIndex((row) => timeOf(row) > oldest) + 1);
      if (fitting.length === 0 && span <= 1) size = larger(size, request);
      if (fitting.length > 0) to = oldest + 1;
      span = Math.max(1, Math.floor(span / (fitting.length > 0 ? 2 : 16)));
    } else {
      to = from;
      span = nextSpan(span, rows.length);
    }
    const truncated = fitting.length > left;
    // The database works on the next page while this one is written.
    asked = to > begin && !truncated ? next() : null;
    yield {
      columns,
      rows: truncated ? fitting.slice(0, left) : fitting,
      truncated,
      notices: [],
      isUnknown: false,
    };
    left -= fitting.length;
  }
}

/** For more events in one millisecond than a page holds. @throws Failure where no answer may hold them. */
function larger(size: number, { insights, input }: RowsRequest): number {
  if (size >= insights.settings.rows) {
    throw new Failure(
      'too-large',
      `${input.name} has more events in one millisecond than an answer may have rows: raise SECRET_INSIGHTS_LIMIT_ROWS.`,
    );
  }
  return size * 2;
}

const timeOf = (row: Row | undefined): number => Date.parse(String(row?.time));

/** Towards three quarters of a page; an empty span says little about the next. */
function nextSpan(span: number, rows: number): number {
  const factor = rows === 0 ? 4 : Math.min(4, (pageRows * 0.75) / rows);
  return Math.max(1, Math.floor(span * factor));
}
