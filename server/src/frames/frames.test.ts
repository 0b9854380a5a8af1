import fc from 'fast-check';

import { expectCommitted } from '../../test/committed-file';
import type { Cell, ColumnDescription, ColumnType, InsightResult, Row, Shape } from '../contract';
import { Failure } from '../failure';
import { toFrames } from './frames';
import type { DataFrameJson, FrameOptions } from './frames';

const column = (key: string, type: ColumnType, unit?: string): ColumnDescription => ({
  key,
  type,
  title: key.charAt(0).toUpperCase() + key.slice(1),
  description: `The ${key}`,
  ...(unit !== undefined && { unit }),
});

const answer = (
  columns: ColumnDescription[],
  rows: Row[],
  meta: Partial<InsightResult['meta']> = {},
): InsightResult => ({
  columns,
  rows,
  meta: {
    insight: 'an-insight',
    version: 1,
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-04T00:00:00.000Z',
    zone: 'UTC',
    closed_until: '2026-11-03T00:00:00.000Z',
    rows: rows.length,
    truncated: false,
    notices: [],
    ...meta,
  },
});

const volume = [
  column('time', 'time'),
  column('by', 'string'),
  column('reads', 'integer', 'short'),
];
const day = (date: number): string => `2026-11-0${date}T00:00:00.000Z`;
const series: FrameOptions = { refId: 'A', shape: 'series', keys: ['by'] };

const actors = [
  column('type', 'string'),
  column('name', 'string'),
  column('reads', 'integer', 'short'),
  column('share', 'number', 'percentunit'),
  column('last', 'time', 'dateTimeAsIso'),
  column('known', 'boolean'),
  column('tags', 'strings'),
  column('details', 'json'),
];
const actorRows: Row[] = [
  {
    type: 'Service',
    name: 'ci, "runner" =1',
    reads: 9_007_199_254_740_991,
    share: 0.75,
    last: '2026-11-03T23:59:59.999Z',
    known: true,
    tags: ['a', 'b'],
    details: { nested: { list: [1, null] } },
  },
  { type: 'User', name: 'zoë@例.test', reads: 0, share: null, last: null, known: null, tags: [] },
];
const table: FrameOptions = { refId: 'B', shape: 'table', keys: ['type', 'name'] };

const valuesOf = (frame: DataFrameJson | undefined, name: string): unknown =>
  frame?.data.values[frame.schema.fields.findIndex((field) => field.name === name)];

describe('the layouts', () => {
  const twoSeries = answer(
    volume,
    [
      { time: day(2), by: 'prod', reads: 4 },
      { time: day(1), by: 'prod', reads: null },
      { time: day(1), by: '', reads: 0 },
      { time: day(2), by: '', reads: 2 },
    ],
    { notices: [{ severity: 'info', text: 'Still counting.' }] },
  );

  it.each([
    ['timeseries-multi', toFrames(twoSeries, series)],
    ['table', toFrames(answer(actors, actorRows), table)],
    ['numeric-multi', toFrames(answer(actors, actorRows), { ...table, format: 'numeric' })],
  ])('%s looks as committed', (name, frames) => {
    expectCommitted(`src/frames/golden/${name}.json`, frames);
  });

  it('gives each series its label as name, sorted by time, and keeps null', () => {
    const [prod] = toFrames(twoSeries, series).filter(({ schema }) => schema.name === 'prod');
    expect(valuesOf(prod, 'time')).toEqual([Date.parse(day(1)), Date.parse(day(2))]);
    expect(valuesOf(prod, 'reads')).toEqual([null, 4]);
    expect(prod?.schema.fields[1]).toMatchObject({
      labels: { by: 'prod' },
      config: { displayName: 'prod', unit: 'short' },
    });
  });

  it('leaves labels out where nothing is split', () => {
    const frames = toFrames(answer(volume, [{ time: day(1), by: null, reads: 3 }]), series);
    expect(frames).toHaveLength(1);
    expect(frames[0]?.schema).not.toHaveProperty('name');
    expect(frames[0]?.schema.fields[1]).not.toHaveProperty('labels');
    expect(frames[0]?.schema.fields[1]?.config.displayName).toBe('Reads');
  });

  it('labels numbers for alert rules with the keys alone', () => {
    const frames = toFrames(answer(actors, actorRows), { ...table, format: 'numeric' });
    expect(frames.map(({ schema }) => schema.fields.map(({ name }) => name))).toEqual([
      ['reads'],
      ['reads'],
    ]);
    expect(frames.map(({ schema }) => schema.fields[0]?.labels)).toEqual([
      { type: 'Service', name: 'ci, "runner" =1' },
      { type: 'User', name: 'zoë@例.test' },
    ]);
  });

  it('keeps the first of two rows with the same names, and says so', () => {
    const rows = [...actorRows, { ...actorRows[0], reads: 1 } as Row];
    const frames = toFrames(answer(actors, rows), { ...table, format: 'numeric' });
    expect(frames.map((frame) => valuesOf(frame, 'reads'))).toEqual([[9_007_199_254_740_991], [0]]);
    expect(frames[0]?.schema.meta.notices).toEqual([
      {
        severity: 'warning',
        text: 'Rows left out because a row before them has the same names: 1.',
      },
    ]);
  });

  it('gives each figure a frame of its own', () => {
    const totals = [column('requests', 'integer'), column('ratio', 'number')];
    const frames = toFrames(answer(totals, [{ requests: 7, ratio: null }]), {
      refId: 'A',
      shape: 'numbers',
      keys: [],
      format: 'numeric',
    });
    expect(
      frames.map(({ schema, data }) => [schema.fields[0]?.labels, schema.meta.type, data.values]),
    ).toEqual([
      [{ figure: 'requests' }, 'numeric-multi', [[7]]],
      [{ figure: 'ratio' }, 'numeric-multi', [[null]]],
    ]);
  });
});

describe('what every frame carries', () => {
  it.each<[string, ColumnDescription[], FrameOptions]>([
    ['series', volume, series],
    ['table', actors, table],
    ['numeric', actors, { ...table, format: 'numeric' }],
  ])('an empty %s answer is typed and says why', (_, columns, options) => {
    const notices = [{ severity: 'info' as const, text: 'No event matches.' }];
    const [frame, ...more] = toFrames(answer(columns, [], { notices }), options);
    const [full] = toFrames(answer(columns, exampleRows(columns)), options);
    const typesOf = (each: DataFrameJson | undefined): unknown =>
      each?.schema.fields.map(({ name, type, typeInfo }) => ({ name, type, typeInfo }));
    expect(more).toEqual([]);
    expect(frame?.schema.meta.notices).toEqual(notices);
    expect(frame?.data.values.every((values) => values.length === 0)).toBe(true);
    expect(typesOf(frame)).toEqual(typesOf(full));
  });

  it('one notice a severity, because a panel shows no more', () => {
    const notices = [
      { severity: 'info' as const, text: 'One.' },
      { severity: 'warning' as const, text: 'Two.' },
      { severity: 'info' as const, text: 'Three.' },
    ];
    const [frame] = toFrames(answer(actors, actorRows, { notices, truncated: true }), table);
    expect(frame?.schema.meta).toMatchObject({
      notices: [
        { severity: 'info', text: 'One. Three.' },
        { severity: 'warning', text: 'Two.' },
      ],
      custom: {
        insight: 'an-insight',
        version: 1,
        closed_until: '2026-11-03T00:00:00.000Z',
        truncated: true,
      },
    });
  });

  it.each<[Shape, FrameOptions['format'], string]>([
    ['series', 'numeric', 'series or table or logs'],
    ['table', 'series', 'table or numeric'],
    ['numbers', 'logs', 'table or numeric'],
    ['logs', 'numeric', 'logs or table'],
  ])('a %s insight refuses the format %s', (shape, format, allowed) => {
    const refused = (): unknown =>
      toFrames(answer(actors, []), { refId: 'A', keys: [], shape, format });
    expect(refused).toThrow(
      new Failure('bad-parameters', `format of an-insight must be ${allowed}, not '${format}'.`),
    );
    expect(refused).toThrow(expect.objectContaining({ field: 'format', status: 400 }));
  });

  it('refuses a table without a number for alert rules', () => {
    const named = answer([column('name', 'string')], [{ name: 'a' }]);
    expect(() => toFrames(named, { ...table, format: 'numeric' })).toThrow(
      'format of an-insight must be table: it has no number.',
    );
  });

  it('does not let a cell pass that is not what its column declares', () => {
    const wrong = answer([column('reads', 'integer')], [{ reads: '12' }]);
    expect(() => toFrames(wrong, table)).toThrow('the column reads declares integer');
  });
});

const cells: Record<ColumnType, fc.Arbitrary<Cell>> = {
  time: fc
    .date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  string: fc.string({ unit: 'grapheme' }),
  number: fc.double(),
  integer: fc.maxSafeInteger(),
  boolean: fc.boolean(),
  strings: fc.array(fc.string()),
  json: fc.dictionary(fc.string(), fc.jsonValue()),
};

const exampleRows = (columns: ColumnDescription[]): Row[] => {
  const cellOf = ({ type }: ColumnDescription): Cell => fc.sample(cells[type], 1)[0] ?? null;
  return [Object.fromEntries(columns.map((each) => [each.key, cellOf(each)]))];
};

const anyAnswer = (first: ColumnDescription[]): fc.Arbitrary<InsightResult> =>
  fc
    .array(fc.constantFrom(...(Object.keys(cells) as ColumnType[])), { maxLength: 6 })
    .chain((types) => {
      const columns = [...first, ...types.map((type, index) => column(`c${index}`, type))];
      const cell = ({ key, type }: ColumnDescription): fc.Arbitrary<Cell> =>
        key === 'time' ? cells[type] : fc.option(cells[type]);
      const row = fc.record(Object.fromEntries(columns.map((each) => [each.key, cell(each)])));
      return fc.array(row, { maxLength: 20 }).map((rows) => answer(columns, rows));
    });

const holds: Record<string, (value: unknown) => boolean> = {
  'time.Time': Number.isSafeInteger,
  string: (value) => typeof value === 'string',
  float64: Number.isFinite,
  int64: Number.isSafeInteger,
  bool: (value) => typeof value === 'boolean',
  'json.RawMessage': (value) => typeof value === 'object',
};

function expectValid(frames: DataFrameJson[], refId: string): void {
  expect(frames.length).toBeGreaterThan(0);
  for (const { schema, data } of JSON.parse(JSON.stringify(frames)) as DataFrameJson[]) {
    expect(schema.refId).toBe(refId);
    expect(data.values).toHaveLength(schema.fields.length);
    expect(new Set(data.values.map(({ length }) => length)).size).toBeLessThanOrEqual(1);
    schema.fields.forEach(({ typeInfo, config }, index) => {
      expect(config.displayName).not.toBe('');
      for (const value of data.values[index] ?? []) {
        const fits = value === null ? typeInfo.nullable : holds[typeInfo.frame]?.(value);
        expect({ value, frame: typeInfo.frame, fits }).toMatchObject({ fits: true });
      }
    });
  }
}

describe('any rows', () => {
  it('become valid tables, with a line for each row', () => {
    fc.assert(
      fc.property(anyAnswer([column('reads', 'integer')]), (result) => {
        const frames = toFrames(result, table);
        expectValid(frames, 'B');
        expect(frames[0]?.data.values[0]).toHaveLength(result.rows.length);
      }),
    );
  });

  it('become valid series, in order, without losing a point', () => {
    fc.assert(
      fc.property(anyAnswer(volume), (result) => {
        const frames = toFrames(result, series);
        expectValid(frames, 'A');
        const reads = frames.filter(({ schema }) => schema.fields[1]?.name === 'reads');
        const times = reads.map((frame) => valuesOf(frame, 'time') as number[]);
        expect(times.flat()).toHaveLength(result.rows.length);
        for (const list of times) expect(list).toEqual([...list].sort((a, b) => a - b));
        const labels = reads.map(({ schema }) => JSON.stringify(schema.fields[1]?.labels ?? null));
        expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });

  it('become valid numbers that no two share labels', () => {
    const keys = ['type', 'name'];
    const names = [column('type', 'string'), column('name', 'string'), column('reads', 'integer')];
    fc.assert(
      fc.property(anyAnswer(names), (result) => {
        const frames = toFrames(result, { refId: 'C', shape: 'table', format: 'numeric', keys });
        expectValid(frames, 'C');
        for (const { schema } of frames) expect(schema.fields).toHaveLength(1);
        const labels = frames.map(({ schema }) => JSON.stringify(schema.fields[0]?.labels));
        expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });
});
