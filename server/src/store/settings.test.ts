import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEngine } from './embedded-engine';
import { sql } from './sql';
import { Store } from './store';

it('settings of one statement do not stay for the next on its connection', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-insights-'));
  const engine = await EmbeddedEngine.open(join(folder, 'store'), 1);
  const store = new Store(engine, 'secret_insights', { seconds: 10, memoryBytes: 1e9 });
  try {
    const asked = async (settings: Record<string, number> = {}) => {
      const { rows } = await store.query(
        sql`SELECT toString(getSetting('max_threads')), toString(getSetting('max_block_size'))`,
        { surface: 'insight', settings },
      );
      return rows[0];
    };
    const before = await asked();
    expect(await asked({ max_threads: 7, max_block_size: 77 })).toEqual(['7', '77']);
    expect(await asked()).toEqual(before);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
