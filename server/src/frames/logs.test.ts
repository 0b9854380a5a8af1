import type { InsightResult } from '../contract';
import { describeColumns } from '../insights/columns';
import { eventVolume } from '../insights/event-volume';
import { events } from '../insights/events';
import { toFrames } from './frames';

const meta: InsightResult['meta'] = {
  insight: 'events',
  version: 1,
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-03-02T00:00:00.000Z',
  zone: 'UTC',
  closed_until: null,
  rows: 1,
  truncated: false,
  notices: [],
};

describe('events as log lines', () => {
  const columns = describeColumns(events.columns({}));
  const metadata = {
    environment: 'prod',
    numberOfSecrets: 3,
    isForced: false,
    secretIds: ['s-1', 's-2'],
    approval: { by: 'ben', note: '' },
    ticket: null,
  };
  const row = {
    time: '2026-03-01T10:00:00.123Z',
    id: 'e-1',
    event: 'delete-secret',
    class: 'management',
    actor_type: 'User',
    actor_name: 'ann@example.com',
    actor: 'u-1',
    project: '',
    environment: 'prod',
    secret_path: '/app',
    secret_key: 'A"B',
    outcome: 'denied',
    severity: 'warning',
    event_metadata: metadata,
    actor_metadata: {},
  };

  it('has the fields that Explore looks for', () => {
    const [frame] = toFrames(
      { columns, rows: [row], meta },
      { refId: 'A', shape: 'logs', keys: [] },
    );
    expect(frame?.schema.meta).toMatchObject({
      type: 'log-lines',
      preferredVisualisationType: 'logs',
    });
    expect(frame?.schema.fields.map(({ name, typeInfo }) => [name, typeInfo])).toEqual([
      ['timestamp', { frame: 'time.Time', nullable: false }],
      ['body', { frame: 'string', nullable: false }],
      ['severity', { frame: 'string', nullable: false }],
      ['id', { frame: 'string', nullable: false }],
      ['labels', { frame: 'json.RawMessage', nullable: false }],
      ['event_metadata', { frame: 'json.RawMessage', nullable: true }],
      ['actor_metadata', { frame: 'json.RawMessage', nullable: true }],
    ]);
    expect(frame?.data.values.map(([value]) => value)).toEqual([
      Date.parse('2026-03-01T10:00:00.123Z'),
      'delete-secret by User ann@example.com: prod /app A"B (denied)',
      'warning',
      'e-1',
      {
        event: 'delete-secret',
        class: 'management',
        actor_type: 'User',
        actor: 'ann@example.com',
        actor_id: 'u-1',
        environment: 'prod',
        secret_path: '/app',
        secret_key: 'A"B',
        outcome: 'denied',
        severity: 'warning',
        // The environment stands above already; what is a list or empty can be no filter's value.
        'metadata.numberOfSecrets': '3',
        'metadata.isForced': 'false',
        'metadata.approval.by': 'ben',
      },
      metadata,
      {},
    ]);
  });

  it('stays a typed frame where nothing was found, and a table where one is asked for', () => {
    const none = { columns, rows: [], meta };
    const [frame] = toFrames(none, { refId: 'A', shape: 'logs', keys: [] });
    expect(frame?.data.values).toEqual(Array.from({ length: 7 }, () => []));
    const [table] = toFrames(none, { refId: 'A', shape: 'logs', keys: [], format: 'table' });
    expect(table?.schema.fields.map(({ name }) => name)).toEqual(columns.map(({ key }) => key));
  });

  it('labels the volume by level', () => {
    const result = {
      columns: describeColumns(eventVolume.columns({ by: ['severity'] })),
      rows: ['error', 'debug'].map((by) => ({ time: '2026-03-01T00:00:00.000Z', by, events: 3 })),
      meta,
    };
    const frames = toFrames(result, {
      refId: 'log-volume-A',
      shape: 'series',
      keys: ['by'],
      format: 'logs',
    });
    expect(frames.map(({ schema }) => schema.fields[1]?.labels)).toEqual([
      { level: 'error' },
      { level: 'debug' },
    ]);
  });
});
