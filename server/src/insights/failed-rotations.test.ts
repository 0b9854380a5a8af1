import { readEvent } from '../../test/events';
import { now } from '../../test/harness';
import { day, openPostureStore, rotation } from '../../test/posture-store';
import type { PostureStore } from '../../test/posture-store';

describe('failed-rotations', () => {
  let test: PostureStore;
  beforeEach(async () => {
    test = await openPostureStore();
  });
  afterEach(() => test.close());

  const attempt = (createdAt: string, status: string) =>
    readEvent({
      eventType: 'secret-rotation-rotate-secrets',
      createdAt,
      eventMetadata: { rotationId: 'r', status, message: `at ${createdAt.slice(0, 10)}` },
    });
  const failed = (more = {}) =>
    rotation('r', { state: 'failed', nextRotationAt: now + 1, ...more });

  it('tells since when and how often from the events, and keeps the text for auditors', async () => {
    await test.ingest([
      attempt('2026-03-10T00:00:00.000Z', 'failed'),
      attempt('2026-03-11T00:00:00.000Z', 'success'),
      attempt('2026-03-13T00:00:00.000Z', 'failed'),
      attempt('2026-03-14T00:00:00.000Z', 'failed'),
    ]);
    await test.poll([failed(), rotation('well', { state: 'success' })], now - 4 * day);
    const [row, ...others] = await test.rows('failed-rotations');
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      rotation_name: 'r',
      status: 'retries now',
      failing_since: '2026-03-13T00:00:00.000Z',
      attempts_failed: 2,
      message: 'at 2026-03-14',
    });
    const earlier = await test.rows('failed-rotations', { as_of: '2026-03-13T12:00:00Z' });
    expect(earlier[0]).toMatchObject({ attempts_failed: 1, message: 'at 2026-03-13' });
    const viewer = await test.result(
      'failed-rotations',
      {},
      { caller: { capabilities: new Set(['insights']), projects: null } },
    );
    expect(viewer.rows[0]?.message).toBeNull();
    expect(viewer.meta.notices).toEqual([
      { severity: 'info', text: "message is left out: it needs the right 'audit'." },
    ]);
  });

  it('shows what the vendor says where no event tells', async () => {
    await test.poll([
      failed({ nextRotationAt: null, lastAttemptAt: now - 2 * day, message: 'refused' }),
    ]);
    expect((await test.rows('failed-rotations'))[0]).toMatchObject({
      status: 'failed',
      failing_since: '2026-03-13T10:30:00.000Z',
      attempts_failed: null,
      message: 'refused',
      next_rotation_at: null,
    });
  });
});
