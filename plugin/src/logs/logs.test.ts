import {
  dateTime,
  LogRowContextQueryDirection,
  SupplementaryQueryType,
  type DataQueryRequest,
  type LogRowModel,
} from '@grafana/data';
import { catalogue } from '../../test/catalogue-fixture';
import { makeDatasource, serveResources, setVariables } from '../../test/grafana-services';
import type { SecretInsightsQuery } from '../types';
import { contextRequest } from './log-context';

const events: SecretInsightsQuery = {
  refId: 'A',
  insight: 'events',
  version: 1,
  params: { order: 'oldest', limit: 50 },
  filters: [{ field: 'project', op: 'in', values: ['p'] }],
};

beforeEach(() => setVariables({}));

describe('the bars above the lines', () => {
  const { LogsVolume, LogsSample } = SupplementaryQueryType;
  const datasource = makeDatasource();
  const request = (...targets: SecretInsightsQuery[]) =>
    ({ targets }) as DataQueryRequest<SecretInsightsQuery>;

  test('count the same events by severity', () => {
    expect(datasource.getSupportedSupplementaryQueryTypes()).toEqual([LogsVolume]);
    expect(datasource.getSupplementaryRequest(LogsVolume, request(events))?.targets).toEqual([
      {
        ...events,
        refId: 'log-volume-A',
        insight: 'event-volume',
        params: { bucket: 'auto', by: ['severity'] },
        format: 'logs',
      },
    ]);
  });

  test('belong to log lines that are shown, and to no other insight', () => {
    const other = { ...events, refId: 'B', insight: 'top-actors' };
    const hidden = { ...events, refId: 'C', hide: true };
    const asked = datasource.getSupplementaryRequest(LogsVolume, request(other, events, hidden));
    expect(asked?.targets.map(({ refId }) => refId)).toEqual(['log-volume-A']);
    expect(datasource.getSupplementaryRequest(LogsVolume, request(other))).toBeUndefined();
    expect(datasource.getSupplementaryRequest(LogsSample, request(events))).toBeUndefined();
    expect(datasource.getSupplementaryQuery({ type: LogsSample }, events)).toBeUndefined();
  });
});

describe('the neighbours of an event', () => {
  const at = Date.parse('2026-03-01T10:00:00.123Z');
  const row = (labels: Record<string, string>) =>
    ({ timeEpochMs: at, labels, dataFrame: { refId: 'A' } }) as unknown as LogRowModel;
  const { Backward, Forward } = LogRowContextQueryDirection;

  test('are the page right before or after it, its own instant among them', () => {
    const before = contextRequest(row({}), 'everything', { direction: Backward, limit: 20 });
    expect(before.range.to.valueOf()).toBe(at + 1);
    expect(before.range.from.valueOf()).toBe(dateTime(at).subtract(30, 'days').valueOf());
    expect(before.targets[0]).toMatchObject({
      insight: 'events',
      params: { order: 'newest', limit: 20 },
      filters: [],
    });
    const after = contextRequest(row({}), 'everything', { direction: Forward });
    expect(after.range.from.valueOf()).toBe(at);
    expect(after.range.to.valueOf()).toBe(dateTime(at).add(30, 'days').valueOf());
    expect(after.targets[0]?.params).toEqual({ order: 'oldest', limit: 100 });
  });

  test('are of the same project or the same actor, as chosen', () => {
    const labels = { project: 'p', actor: 'ann', actor_id: 'u-1' };
    const filtersFor = (...args: Parameters<typeof contextRequest>) =>
      contextRequest(...args).targets[0]?.filters;
    expect(filtersFor(row(labels), 'project')).toEqual([
      { field: 'project', op: 'in', values: ['p'] },
    ]);
    expect(filtersFor(row(labels), 'actor')).toEqual([
      { field: 'actor', op: 'in', values: ['u-1'] },
    ]);
    // Without a project there is no filter: empty would mean an event of every project anyway.
    expect(filtersFor(row({ actor: 'ann' }), 'project')).toEqual([]);
  });
});

test('a label that no filter exists for changes nothing', async () => {
  serveResources(() => catalogue);
  const datasource = makeDatasource();
  await datasource.getCatalogue();
  const press = (key: string) =>
    datasource.toggleQueryFilter(events, { type: 'FILTER_OUT', options: { key, value: 'x' } });
  expect(press('event_metadata')).toBe(events);
  expect(press('metadata.ticket').filters).toContainEqual({
    field: 'metadata.ticket',
    op: 'not-in',
    values: ['x'],
  });
  expect(datasource.queryHasFilter(events, { key: 'project', value: 'p' })).toBe(true);
});
