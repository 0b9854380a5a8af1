import {
  DataFrameType,
  FieldType,
  type DataFrame,
  type Field,
  type Labels,
  type TimeRange,
} from '@grafana/data';
import type { Filter } from '../../../server/src/contract';

export interface LinkContext {
  /** Of the data source that was asked, so that a dashboard opens on the same one. */
  datasourceUid: string;
  range: TimeRange;
  filters: Filter[];
}

interface Event {
  id: string;
  time: number;
  labels: Labels;
  metadata: { 'Event metadata': unknown; 'Actor metadata': unknown };
}

interface Place {
  name: string;
  title: string;
  text: (event: Event) => string | null;
  address: (event: Event, context: LinkContext) => string;
}

const minute = 60_000;
const neighbouringMinutes = 5;

const withParameters = (path: string, parameters: Record<string, string | number | undefined>) => {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return `${path}?${given.map(([key, value]) => `${key}=${encodeURIComponent(value ?? '')}`).join('&')}`;
};

const jsonOf = (value: unknown) => {
  const text = JSON.stringify(value ?? {});
  return text === '{}' ? null : text;
};

const inRange = ({ range }: LinkContext) => ({
  from: range.from.valueOf(),
  to: range.to.valueOf(),
});

/** Where one can go from an event; a link whose text is null is not offered. */
const places: Place[] = [
  {
    name: 'Actor',
    title: 'What this actor did',
    text: ({ labels }) => labels.actor ?? null,
    address: ({ labels }, context) =>
      withParameters('/d/secret-insights-actor', {
        'var-datasource': context.datasourceUid,
        'var-actor': labels.actor_id ?? labels.actor,
        ...inRange(context),
      }),
  },
  {
    name: 'Secret',
    title: 'Who reads this secret',
    text: ({ labels: { environment, secret_path: path, secret_key: key } }) =>
      key ? [environment, path, key].filter(Boolean).join(' ') : null,
    address: ({ labels }, context) =>
      withParameters('/d/secret-insights-secret', {
        'var-datasource': context.datasourceUid,
        'var-project': labels.project,
        'var-environment': labels.environment,
        'var-secret_path': labels.secret_path,
        'var-secret_key': labels.secret_key,
        ...inRange(context),
      }),
  },
  {
    name: 'Neighbouring minutes',
    title: 'Everything around this event',
    text: ({ time }) => `${new Date(time).toISOString()} ± ${neighbouringMinutes} min`,
    address: ({ time }, { datasourceUid }) =>
      withParameters('/d/secret-insights-audit-logs', {
        'var-datasource': datasourceUid,
        from: time - neighbouringMinutes * minute,
        to: time + neighbouringMinutes * minute,
      }),
  },
  // Grafana shows of a line its labels and its links alone, so the metadata stands with a link.
  ...(['Event metadata', 'Actor metadata'] as const).map((name): Place => ({
    name,
    title: 'The whole event as JSON',
    text: ({ metadata }) => jsonOf(metadata[name]),
    address: ({ id }, { datasourceUid }) =>
      `/api/datasources/uid/${encodeURIComponent(datasourceUid)}/resources/events/${encodeURIComponent(id)}`,
  })),
];

/** Operators whose values are pieces of text, which Grafana marks in the lines. */
const textual = ['contains', 'prefix'];

const searchWordsOf = (filters: Filter[]) =>
  filters
    // The kind of event stands in every line: marking it would mark them all.
    .filter(({ field, op }) => field !== 'event' && textual.includes(op))
    .flatMap(({ values }) => values);

/** Log lines with links to where an event leads, and with the searched words marked; other frames as they are. */
export function withEventLinks(frame: DataFrame, context: LinkContext): DataFrame {
  const events = eventsIn(frame);
  if (events === undefined) {
    return frame;
  }
  return {
    ...frame,
    fields: [...frame.fields, ...places.flatMap((place) => linkFields(place, events, context))],
    meta: {
      ...frame.meta,
      custom: { ...frame.meta?.custom, searchWords: searchWordsOf(context.filters) },
    },
  };
}

/** A link's address differs from row to row and cannot stand in the configuration: a hidden field has it. */
function linkFields({ name, title, text, address }: Place, events: Event[], context: LinkContext) {
  const hidden = `${name} address`;
  const field = (fieldName: string, values: (string | null)[], config: Field['config']): Field => ({
    name: fieldName,
    type: FieldType.string,
    values,
    config,
  });
  return [
    field(name, events.map(text), {
      links: [{ title, url: `\${__data.fields["${hidden}"]}`, targetBlank: true }],
    }),
    field(
      hidden,
      events.map((event) => address(event, context)),
      { custom: { hidden: true } },
    ),
  ];
}

function eventsIn(frame: DataFrame): Event[] | undefined {
  if (frame.meta?.type !== DataFrameType.LogLines) {
    return undefined;
  }
  const values = (name: string): unknown[] =>
    frame.fields.find((field) => field.name === name)?.values ?? [];
  const [ids, labels] = [values('id'), values('labels')];
  const [ofEvent, ofActor] = [values('event_metadata'), values('actor_metadata')];
  return values('timestamp').map((time, index) => ({
    time: Number(time),
    id: String(ids[index]),
    labels: (labels[index] ?? {}) as Labels,
    metadata: { 'Event metadata': ofEvent[index], 'Actor metadata': ofActor[index] },
  }));
}
