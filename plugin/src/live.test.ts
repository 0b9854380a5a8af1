import { CoreApp, dateTime, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { of } from 'rxjs';
import { isWatched, watch } from './live';
import type { SecretInsightsQuery } from './types';

const from = dateTime('2026-03-01T00:00:00Z');
const to = dateTime('2026-03-02T00:00:00Z');

const requestOf = (insight: string, rawTo: 'now' | typeof to = 'now', app = CoreApp.Dashboard) =>
  ({
    app,
    range: { from, to, raw: { from, to: rawTo } },
    targets: [{ refId: 'A', insight }],
  }) as unknown as DataQueryRequest<SecretInsightsQuery>;

const answerOf = (...statuses: string[]): DataQueryResponse => ({
  data: [{ length: statuses.length, fields: [{ name: 'status', values: statuses, config: {} }] }],
});

beforeEach(() => jest.useFakeTimers({ now: Date.parse('2026-03-02T00:00:00Z') }));
afterEach(() => jest.useRealTimers());

test('only reports are watched, and only on dashboards', () => {
  expect(isWatched(requestOf('report-runs'))).toBe(true);
  expect(isWatched(requestOf('top-actors'))).toBe(false);
  expect(isWatched(requestOf('report-runs', 'now', CoreApp.Explore))).toBe(false);
});

test('a change is passed on, the same again is not, and nobody asks once the panel is gone', () => {
  const answers = [answerOf('pending'), answerOf('pending'), answerOf('completed')];
  const asked: number[] = [];
  const seen: DataQueryResponse[] = [];
  const subscription = watch(requestOf('report-runs'), ({ range }) => {
    asked.push(range.to.valueOf());
    return of(answers[Math.min(asked.length, answers.length) - 1] ?? answerOf());
  }).subscribe((response) => {
    seen.push(response);
    // Grafana keeps its own notes in the frames.
    response.data[0].fields[0].state = { displayName: 'Status' };
  });
  jest.advanceTimersByTime(9_500);
  expect(seen.map(({ data }) => data[0].fields[0].values)).toEqual([['pending'], ['completed']]);
  expect(asked.map((end) => end - to.valueOf())).toEqual([0, 3_000, 6_000, 9_000]);
  subscription.unsubscribe();
  jest.advanceTimersByTime(30_000);
  expect(asked).toHaveLength(4);
});

test('a range that ended stays as it is', () => {
  const asked: number[] = [];
  const subscription = watch(requestOf('report-runs', to), ({ range }) => {
    asked.push(range.to.valueOf());
    return of(answerOf());
  }).subscribe();
  jest.advanceTimersByTime(3_500);
  subscription.unsubscribe();
  expect(asked).toEqual([to.valueOf(), to.valueOf()]);
});
