import { ask, everyone, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { readEvent } from '../../test/events';
import type { FlatEvent } from '../../test/events';
import { sortedRows } from '../../test/rows';
import { fillWorld } from '../../test/world';

const range = span('2026-02-20T05:00:00Z', '2026-03-15T10:30:00Z');

describe.each([false, true])('rotation-failures (closed: %s)', (isClosed) => {
  it('tells failing from recovered rotations, with names of any age', async () => {
    const test = await openTestStore();
    const { oracle } = await fillWorld(test, { seed: 6, count: 300, isClosed });
    const insights = await test.insights();
    const cut = span('2026-03-01T10:00:00Z', '2026-03-02T00:00:00Z');
    for (const each of [range, cut]) {
      const { rows } = await ask(insights, 'rotation-failures', { range: each });
      expect(sortedRows(rows)).toEqual(sortedRows(oracle.rotationFailures({ range: each })));
      expect(rows.length).toBeGreaterThan(3);
    }
    const filters = [{ field: 'project', op: 'not-in' as const, values: ['Payments'] }];
    const { rows } = await ask(insights, 'rotation-failures', { range, filters });
    expect(sortedRows(rows)).toEqual(sortedRows(oracle.rotationFailures({ range, filters })));
    const scope = ['project-a'];
    const scoped = await ask(insights, 'rotation-failures', {
      range,
      caller: { ...everyone, projects: scope },
    });
    expect(sortedRows(scoped.rows)).toEqual(sortedRows(oracle.rotationFailures({ range, scope })));
    await test.close();
  });
});

describe('one rotation', () => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
  });
  afterEach(() => test.close());

  const attempt = (time: string, status: string, message?: string): FlatEvent =>
    readEvent({
      eventType: 'secret-rotation-rotate-secrets',
      createdAt: `2026-03-14T${time}:00.000Z`,
      eventMetadata: { rotationId: 'r1', status, ...(message !== undefined && { message }) },
    });

  it('stops failing when a retry succeeds, and fails anew after that', async () => {
    await test.ingest([attempt('00:00', 'failed', 'first'), attempt('00:01', 'failed', 'second')]);
    const insights = await test.insights();
    expect((await ask(insights, 'rotation-failures')).rows).toEqual([
      {
        project: 'project-a',
        rotation_id: 'r1',
        rotation_name: '',
        environment: '',
        secret_path: '',
        state: 'failing',
        failing_since: '2026-03-14T00:00:00.000Z',
        attempts_failed: 2,
        message: 'second',
        last_success_at: null,
      },
    ]);
    await test.ingest([attempt('00:02', 'success')]);
    expect((await ask(insights, 'rotation-failures')).rows[0]).toMatchObject({
      state: 'recovered',
      failing_since: null,
      attempts_failed: 0,
      message: '',
      last_success_at: '2026-03-14T00:02:00.000Z',
    });
    await test.ingest([attempt('00:03', 'failed', 'again')]);
    expect((await ask(insights, 'rotation-failures')).rows[0]).toMatchObject({
      state: 'failing',
      failing_since: '2026-03-14T00:03:00.000Z',
      attempts_failed: 1,
      message: 'again',
      last_success_at: '2026-03-14T00:02:00.000Z',
    });
  });

  it('counts an attempt that was delivered three times once', async () => {
    const failed = attempt('00:00', 'failed', 'once');
    await test.ingest([failed, failed]);
    await test.ingest([failed]);
    const { rows } = await ask(await test.insights(), 'rotation-failures');
    expect(rows[0]?.attempts_failed).toBe(1);
  });

  it('keeps the error text from whoever may not read the audit log', async () => {
    await test.ingest([attempt('00:00', 'failed', 'postgres://user:hunter2@host')]);
    const { rows, meta } = await ask(await test.insights(), 'rotation-failures', {
      caller: { capabilities: new Set(['insights']), projects: null },
    });
    expect(rows[0]).toMatchObject({ message: null, attempts_failed: 1 });
    expect(meta.notices).toEqual([
      { severity: 'info', text: "message is left out: it needs the right 'audit'." },
    ]);
  });

  it('says that nothing failed where rotations only succeeded', async () => {
    await test.ingest([attempt('00:00', 'success')]);
    const { rows, meta } = await ask(await test.insights(), 'rotation-failures');
    expect(rows).toEqual([]);
    expect(meta.notices[0]?.text).toMatch(/^Nothing of this kind happened between/);
  });
});
