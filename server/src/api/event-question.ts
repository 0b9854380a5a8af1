import type { Request } from 'express';
import { badParameter } from '../failure';
import { events as eventsInsight } from '../insights/events';
import { checkRange, parseFilters, parseParams } from '../insights/parse';
import type { EventOrder, EventPageQuestion, EventPlace } from '../store/relations/event-pages';
import type { ApiDeps } from './api';
import { placeOf } from './event-cursor';
import { shapeColumns } from './event-shape';
import { callerOf } from './request-context';
import { parseRestQuery, searchOf, single, wholeNumber } from './rest-query';

export const exportFormats = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface AskedEvents {
  question: Omit<EventPageQuestion, 'limit' | 'after'>;
  after: EventPlace | null;
  limit: number | undefined;
  format: ExportFormat | 'json';
}

/** Names that mean something else here than in the insights. */
const ownNames = ['cursor', 'limit', 'format'] as const;

/** What an address asks of the single events: the insight's filters and order, a page or a file. */
export function askedEvents(request: Request, { insights, config, now }: ApiDeps): AskedEvents {
  const search = searchOf(request.url);
  const own = new Map(ownNames.map((name) => [name, single(name, search.getAll(name))]));
  ownNames.forEach((name) => search.delete(name));
  const { rows, page } = config.limits;
  const asked = parseRestQuery(eventsInsight, search, { now: now(), rows });
  const param = parseParams(eventsInsight, asked.query.params);
  const format = formatOf(own.get('format'), request);
  const cursor = own.get('cursor');
  if (cursor !== undefined && format !== 'json') {
    throw badParameter('cursor', `${format} is given whole, so it takes no cursor.`);
  }
  return {
    question: {
      range: checkRange(asked.range ?? eventsInsight.defaultWindow.range(now()), eventsInsight),
      scope: callerOf(request).projects,
      filters: insights.projects.resolveFilters(
        parseFilters(eventsInsight, insights.events.fields, asked.query.filters),
      ),
      only: [],
      order: param.order as EventOrder,
      columns: shapeColumns(insights),
    },
    after: cursor === undefined ? null : placeOf(cursor),
    limit: wholeNumber(
      'limit',
      own.get('limit'),
      format === 'json' ? page : Number.MAX_SAFE_INTEGER,
    ),
    format,
  };
}

function formatOf(given: string | undefined, request: Request): AskedEvents['format'] {
  if (given === undefined) {
    const accepted = request.accepts(['application/json', 'application/x-ndjson', 'text/csv']);
    if (accepted === 'text/csv') return 'csv';
    return accepted === 'application/x-ndjson' ? 'ndjson' : 'json';
  }
  const formats = ['json', ...exportFormats] as const;
  const format = formats.find((each) => each === given);
  if (!format) throw badParameter('format', `format must be json, ndjson or csv, not '${given}'.`);
  return format;
}
