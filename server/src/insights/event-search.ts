import type { Notice, Row } from '../contract';
import type { EventField } from '../store/relations/event-fields';
import { eventPage } from '../store/relations/event-pages';
import type { EventOrder } from '../store/relations/event-pages';
import type { EventColumn } from '../store/relations/events';
import type { RelationContext } from '../store/relations/relations';
import type { Asker } from '../store/store';
import type { Columns } from './columns';
import type { Insights } from './insights';

/** What an insight asks for instead of a statement where its rows are single events. */
export interface EventSearch {
  order: EventOrder;
  limit: number;
}

/** The first page of single events; the columns are `time`, `id` and fields of events. */
export async function searchEvents(
  insights: Insights,
  { order, limit }: EventSearch,
  columns: Columns,
  { range, scope, filters }: Pick<RelationContext, 'range' | 'scope' | 'filters'>,
  asker: Asker,
): Promise<{ rows: Row[]; isCut: boolean; notices: Notice[] }> {
  const page = await eventPage(
    insights.store,
    insights.events,
    {
      range,
      scope,
      filters,
      only: [],
      order,
      limit,
      after: null,
      columns: eventColumns(insights, columns),
    },
    asker,
  );
  return {
    rows: page.rows.map((row) => ({ ...row, time: row.row_time ?? null, id: row.row_id ?? null })),
    isCut: page.next !== null,
    notices:
      page.searchedTo === null
        ? []
        : [{ severity: 'warning', text: endOfSearch(page.searchedTo, order) }],
  };
}

function eventColumns({ events }: Insights, columns: Columns): EventColumn[] {
  const fields = new Map<string, EventField>(
    Object.values(events.fields).map((field) => [field.key, field]),
  );
  return Object.keys(columns).flatMap((key) => {
    const field = fields.get(key);
    return field ? [{ as: key, expression: field.expression, needs: field.needs }] : [];
  });
}

/** The one sentence for a search that took too long to come to its end. */
export const endOfSearch = (searchedTo: number, order: EventOrder): string =>
  `The search took its time and came to ${new Date(searchedTo).toISOString()}; ${
    order === 'newest' ? 'older' : 'newer'
  } events were not looked through. Shorten the range, or add a filter on project, event or actor.`;
