import { readEvent } from '../../test/events';
import type { FlatEvent } from '../../test/events';
import { ask, everyone, openTestStore } from '../../test/harness';
import { columnsOf } from '../../test/rows';

const attempt = (rotationId: string, time: string, status: string): FlatEvent =>
  readEvent({
    eventType: 'secret-rotation-rotate-secrets',
    createdAt: `2026-03-14T${time}:00.000Z`,
    eventMetadata: { rotationId, status },
  });

it('lists every attempt in the range by its name, or by its id where no event names it', async () => {
  const test = await openTestStore();
  await test.ingest([
    readEvent({
      eventType: 'create-secret-rotation',
      createdAt: '2026-01-14T00:00:00.000Z',
      eventMetadata: { rotationId: 'r1', name: 'main-db', environment: 'prod', secretPath: '/db' },
    }),
    attempt('r1', '00:00', 'failed'),
    attempt('r1', '00:01', 'success'),
    attempt('r2', '00:02', 'success'),
  ]);
  const insights = await test.insights();
  const rowsOf = async (outcome: string, projects: string[] | null = null) =>
    columnsOf(
      (
        await ask(insights, 'rotation-runs', {
          params: { outcome },
          caller: { ...everyone, projects },
        })
      ).rows,
      'time',
      'rotation_name',
      'environment',
      'outcome',
    );
  const rows = [
    ['2026-03-14T00:00:00.000Z', 'main-db', 'prod', 'failed'],
    ['2026-03-14T00:01:00.000Z', 'main-db', 'prod', 'rotated'],
    ['2026-03-14T00:02:00.000Z', 'r2', '', 'rotated'],
  ].map(([time, name, environment, outcome]) => ({
    time,
    rotation_name: name,
    environment,
    outcome,
  }));
  expect(await rowsOf('any')).toEqual(rows);
  expect(await rowsOf('failed')).toEqual(rows.slice(0, 1));
  expect(await rowsOf('rotated')).toEqual(rows.slice(1));
  expect(await rowsOf('any', ['another'])).toEqual([]);
  await test.close();
});
