import { dateTime, FieldType, type DataFrame, type Labels } from '@grafana/data';
import { withEventLinks } from './event-links';

const from = dateTime('2026-03-01T00:00:00Z');
const to = dateTime('2026-03-02T00:00:00Z');
const context = { datasourceUid: 'a b', range: { from, to, raw: { from, to } }, filters: [] };
const time = Date.parse('2026-03-01T10:00:00.123Z');

const linesOf = (...labels: Labels[]): DataFrame => ({
  length: labels.length,
  meta: { type: 'log-lines' as never, custom: { insight: 'events' } },
  fields: [
    { name: 'timestamp', type: FieldType.time, config: {}, values: labels.map(() => time) },
    { name: 'id', type: FieldType.string, config: {}, values: labels.map((_, row) => `e-${row}`) },
    { name: 'labels', type: FieldType.other, config: {}, values: labels },
    {
      name: 'event_metadata',
      type: FieldType.other,
      config: {},
      values: labels.map((_, row) => ({ secretIds: [`s-${row}`] })),
    },
    { name: 'actor_metadata', type: FieldType.other, config: {}, values: labels.map(() => ({})) },
  ],
});

/** What a reader sees in the row: text and address of each link that is offered. */
function linksOf(frame: DataFrame, row: number): Record<string, [string, string]> {
  const field = (name: string) => frame.fields.find((each) => each.name === name);
  return Object.fromEntries(
    frame.fields
      .filter(({ config, values }) => config.links && values[row] !== null)
      .map(({ name, values, config }) => {
        expect(config.links?.[0]?.url).toBe(`\${__data.fields["${name} address"]}`);
        expect(field(`${name} address`)?.config.custom).toEqual({ hidden: true });
        return [name, [values[row], field(`${name} address`)?.values[row]]];
      }),
  );
}

test('an event leads to its actor, its secret, its neighbours and itself', () => {
  const frame = withEventLinks(
    linesOf({
      actor: 'ann@example.com',
      actor_id: 'u/1',
      project: 'p & q',
      environment: 'prod',
      secret_path: '/app',
      secret_key: 'KEY$1',
    }),
    context,
  );
  const range = `from=${from.valueOf()}&to=${to.valueOf()}`;
  expect(linksOf(frame, 0)).toEqual({
    Actor: [
      'ann@example.com',
      `/d/secret-insights-actor?var-datasource=a%20b&var-actor=u%2F1&${range}`,
    ],
    Secret: [
      'prod /app KEY$1',
      `/d/secret-insights-secret?var-datasource=a%20b&var-project=p%20%26%20q&var-environment=prod&var-secret_path=%2Fapp&var-secret_key=KEY%241&${range}`,
    ],
    'Neighbouring minutes': [
      '2026-03-01T10:00:00.123Z ± 5 min',
      `/d/secret-insights-audit-logs?var-datasource=a%20b&from=${time - 300_000}&to=${time + 300_000}`,
    ],
    'Event metadata': ['{"secretIds":["s-0"]}', '/api/datasources/uid/a%20b/resources/events/e-0'],
  });
});

test('no link leads to a secret that the event does not name', () => {
  const frame = withEventLinks(linesOf({ actor: 'ci', environment: 'prod' }), context);
  expect(Object.keys(linksOf(frame, 0))).toEqual([
    'Actor',
    'Neighbouring minutes',
    'Event metadata',
  ]);
});

test('searched words are marked, those of the event’s kind are not', () => {
  const filters = [
    { field: 'text', op: 'contains' as const, values: ['abc'] },
    { field: 'secret_path', op: 'prefix' as const, values: ['/app'] },
    { field: 'event', op: 'contains' as const, values: ['secret'] },
    { field: 'actor', op: 'in' as const, values: ['ci'] },
  ];
  expect(withEventLinks(linesOf({}), { ...context, filters }).meta?.custom).toEqual({
    insight: 'events',
    searchWords: ['abc', '/app'],
  });
});

test('a frame that holds no log lines stays as it is', () => {
  const frame: DataFrame = { length: 0, fields: [], meta: { type: 'table' as never } };
  expect(withEventLinks(frame, context)).toBe(frame);
});
