import type { Row } from '../src/contract';
import type { FlatEvent } from './events';
import { readEvent } from './events';
import { ask, openTestStore, span } from './harness';
import type { Asked, TestStore } from './harness';

const ann = {
  actor: 'user',
  actorMetadata: { userId: 'u-ann', email: 'ann@example.com', authMethod: 'email' },
};
const runner = { actor: 'identity', actorMetadata: { identityId: 'i-ci', name: 'ci-runner' } };
export const at = (day: number, hour = 12): string =>
  `2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`;
const secret = (key: string, path = '/app') => ({
  environment: 'prod',
  secretPath: path,
  secretKey: key,
  secretId: `id-${key}`,
});
const folder = (path: string, more: Record<string, unknown> = {}) => ({
  environment: 'prod',
  secretPath: path,
  numberOfSecrets: 3,
  ...more,
});
const event = (parts: Partial<FlatEvent>): FlatEvent => readEvent({ projectId: 'p', ...parts });

/** Secrets A, B and C of one folder: made, read by name, by id and with their folder, deleted, changed and rotated. */
const secretEvents: FlatEvent[] = [
  event({ ...ann, eventType: 'create-secret', createdAt: at(1), eventMetadata: secret('A') }),
  event({
    ...ann,
    eventType: 'create-secrets',
    createdAt: at(5),
    eventMetadata: {
      environment: 'prod',
      secretPath: '/app',
      secrets: [
        { secretKey: 'B', secretId: 'id-B' },
        { secretKey: 'C', secretId: 'id-C' },
      ],
    },
  }),
  event({ ...ann, eventType: 'delete-secret', createdAt: at(8), eventMetadata: secret('C') }),
  // By name, twice; by id of an old version, once.
  event({ ...ann, createdAt: at(6), eventMetadata: secret('A') }),
  event({ ...ann, createdAt: at(7), eventMetadata: secret('A') }),
  event({
    ...ann,
    eventType: 'dashboard-get-secret-version-value',
    createdAt: at(9),
    eventMetadata: { secretId: 'id-A' },
  }),
  // The folder: before B and C were there, while both were, after C was gone.
  event({ ...runner, eventType: 'get-secrets', createdAt: at(3), eventMetadata: folder('/app') }),
  event({ ...runner, eventType: 'get-secrets', createdAt: at(6), eventMetadata: folder('/app') }),
  event({ ...runner, eventType: 'get-secrets', createdAt: at(10), eventMetadata: folder('/app') }),
  // The folder with ids, of which one is known; and a folder of which nothing is known.
  event({
    ...ann,
    eventType: 'get-secrets',
    createdAt: at(11),
    eventMetadata: folder('/app', { secretIds: ['id-B', 'id-unknown'] }),
  }),
  event({ ...runner, eventType: 'get-secrets', createdAt: at(11), eventMetadata: folder('/else') }),
  // A lease names a folder and returns none of its secrets.
  event({
    ...runner,
    eventType: 'create-dynamic-secret-lease',
    createdAt: at(11),
    eventMetadata: folder('/app'),
  }),
  // After the last reads: an update of A, and a rotation that writes B.
  event({ ...runner, eventType: 'update-secret', createdAt: at(12), eventMetadata: secret('A') }),
  event({
    ...runner,
    eventType: 'create-secret-rotation',
    createdAt: at(2),
    eventMetadata: {
      rotationId: 'r1',
      environment: 'prod',
      secretPath: '/app',
      secretsMapping: { password: 'B' },
    },
  }),
  event({
    ...runner,
    eventType: 'secret-rotation-rotate-secrets',
    createdAt: at(12),
    eventMetadata: { rotationId: 'r1', status: 'success' },
  }),
  event({
    ...runner,
    eventType: 'secret-rotation-rotate-secrets',
    createdAt: at(13),
    eventMetadata: { rotationId: 'r-unknown', status: 'success' },
  }),
];
const secretRange = span('2026-03-01T00:00:00Z', '2026-03-14T00:00:00Z');

/** Describes an insight over these events twice: read from the events themselves, and from rollups. */
export function describeOverSecretEvents(
  insight: string,
  tests: (rowsOf: (asked?: Asked) => Promise<Row[]>) => void,
): void {
  describe.each([false, true])(`${insight} (closed: %s)`, (isClosed) => {
    let test: TestStore;
    beforeAll(async () => {
      test = await openTestStore();
      // Some of them twice: a redelivery is no second read.
      await test.ingest([...secretEvents, ...secretEvents.slice(3, 9)]);
      if (isClosed) await test.closeDue();
    });
    afterAll(() => test.close());

    const rowsOf = async (asked: Asked = {}): Promise<Row[]> =>
      (await ask(await test.insights(), insight, { range: secretRange, ...asked })).rows;

    tests(rowsOf);

    it.each([
      ['in', 'A'],
      ['in', 'B'],
      ['in', 'nowhere'],
      ['not-in', 'A'],
      ['not-in', 'B'],
      ['not-in', 'nowhere'],
      ['prefix', 'B'],
      ['contains', 'C'],
      ['not-contains', 'B'],
      ['glob', '?'],
      ['glob', '*'],
    ] as const)('gives with a filter what stands in the whole list (%s %s)', async (op, value) => {
      const matches: Record<typeof op, (key: string) => boolean> = {
        in: (key) => key === value,
        'not-in': (key) => key !== value,
        prefix: (key) => key.startsWith(value),
        contains: (key) => key.includes(value),
        'not-contains': (key) => !key.includes(value),
        glob: (key) => value === '*' || key.length === 1,
      };
      const all = await rowsOf();
      const rows = await rowsOf({ filters: [{ field: 'secret_key', op, values: [value] }] });
      expect(rows).toEqual(all.filter(({ secret_key }) => matches[op](String(secret_key))));
    });
  });
}
