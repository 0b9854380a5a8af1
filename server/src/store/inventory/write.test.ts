import { openTestStore } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { sql } from '../sql';
import type { InventoryItem } from './item';
import { writeInventory } from './write';
import type { Polled, Written } from './write';

const start = Date.parse('2026-03-01T00:00:00Z');
const secret = (id: string, more: Partial<InventoryItem> = {}): InventoryItem => ({
  kind: 'secret',
  id,
  name: `KEY_${id}`,
  environment: 'prod',
  secretPath: '/',
  updatedAt: start,
  ...more,
});

describe('the inventory', () => {
  let test: TestStore;
  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  const write = (
    minute: number,
    items: Iterable<InventoryItem> | AsyncIterable<InventoryItem>,
    more: Partial<Polled> = {},
  ): Promise<Written> =>
    writeInventory(
      test.store,
      {
        source: 'main',
        vendor: 'infisical',
        orgId: 'org',
        projectId: 'p1',
        kinds: ['secret', 'rotation'],
        seenAt: start + minute * 60_000,
        ...more,
      },
      items,
    );
  const live = async (): Promise<string[]> =>
    (
      await test.store.rows(
        sql`SELECT concat(project_id, ' ', id, ' ', name) AS item FROM ${test.store.table('inventory_current')} FINAL WHERE NOT gone ORDER BY item`,
        { surface: 'state' },
      )
    ).map(({ item }) => String(item));

  it('keeps only what changed, and says how much that was', async () => {
    expect(await write(1, [secret('a'), secret('b')])).toEqual({ items: 2, changed: 2, gone: 0 });
    expect(await write(2, [secret('b'), secret('a')])).toEqual({ items: 2, changed: 0, gone: 0 });
    expect(await write(3, [secret('a', { updatedAt: start + 1 }), secret('b')])).toEqual({
      items: 2,
      changed: 1,
      gone: 0,
    });
    const [row] = await test.store.rows(
      sql`SELECT count() AS rows FROM ${test.store.table('inventory_history')}`,
      { surface: 'state' },
    );
    expect(Number(row?.rows)).toBe(3);
  });

  it('marks what disappeared as gone, and takes it back when it returns', async () => {
    await write(1, [secret('a'), secret('b')]);
    expect(await write(2, [secret('a')])).toEqual({ items: 1, changed: 0, gone: 1 });
    expect(await live()).toEqual(['p1 a KEY_a']);
    expect(await write(3, [secret('a')])).toEqual({ items: 1, changed: 0, gone: 0 });
    expect(await write(4, [secret('a'), secret('b')])).toEqual({ items: 2, changed: 1, gone: 0 });
    expect(await live()).toEqual(['p1 a KEY_a', 'p1 b KEY_b']);
  });

  it('leaves other projects, sources and kinds alone', async () => {
    await write(1, [secret('a')]);
    await write(1, [secret('a')], { projectId: 'p2' });
    await write(1, [{ kind: 'folder', id: 'f', name: 'f' }], { kinds: ['folder'] });
    expect(await write(2, [])).toEqual({ items: 0, changed: 0, gone: 1 });
    expect(await live()).toEqual(['p1 f f', 'p2 a KEY_a']);
  });

  it('writes nothing where the answer breaks off', async () => {
    await write(1, [secret('a')]);
    async function* broken(): AsyncGenerator<InventoryItem> {
      yield await Promise.resolve(secret('c'));
      throw new Error('connection reset');
    }
    await expect(write(2, broken())).rejects.toThrow('connection reset');
    expect(await live()).toEqual(['p1 a KEY_a']);
  });

  it('refuses an answer that is older than what is known', async () => {
    await write(5, [secret('a')]);
    await expect(write(4, [])).rejects.toThrow(/set the clock/);
    expect(await live()).toEqual(['p1 a KEY_a']);
  });

  it('counts an item that is listed twice once, and keeps every column', async () => {
    const rotation: InventoryItem = {
      kind: 'rotation',
      id: 'r',
      name: 'pg "main" \\ ü\n',
      type: 'postgres-credentials',
      state: 'failed',
      nextRotationAt: start + 1,
      lastRotatedAt: null,
      rotationInterval: 30,
      isAutoRotated: true,
      secretKeys: ['A', 'B"'],
      message: 'refused',
      attributes: { hour: 4 },
    };
    expect((await write(1, [rotation, rotation])).items).toBe(1);
    const [row] = await test.store.rows(
      sql`SELECT name, type, state, next_rotation_at, last_rotated_at, rotation_interval, is_auto_rotated, secret_keys, versions, message, attributes
          FROM ${test.store.table('inventory_current')} FINAL`,
      { surface: 'state' },
    );
    expect(row).toEqual({
      name: 'pg "main" \\ ü\n',
      type: 'postgres-credentials',
      state: 'failed',
      next_rotation_at: '2026-03-01T00:00:00.001Z',
      last_rotated_at: null,
      rotation_interval: 30,
      is_auto_rotated: true,
      secret_keys: ['A', 'B"'],
      versions: null,
      message: 'refused',
      attributes: '{"hour":4}',
    });
  });
});
