import { day, reminderEvent, rotation, secret } from '../../test/posture-store';
import { orgA } from '../../test/events';
import type { Feed } from '../calendar/feed';
import { sql } from '../store/sql';
import { writeInventory } from '../store/inventory/write';
import { recordPoll } from '../store/inventory/polls';
import type { InventoryItem } from '../store/inventory/item';
import { adminToken, grafanaToken, now, startApi } from './testing/start-api';
import type { Api } from './testing/start-api';

type NewFeed = Feed & { path: string; url: string | null };

describe('a calendar feed', () => {
  let api: Api;

  const poll = async (project: string, items: InventoryItem[]): Promise<void> => {
    const kinds = ['secret', 'rotation'];
    const of = { source: 'main', vendor: 'infisical', orgId: orgA, projectId: project, kinds };
    const at = now - day;
    const written = await writeInventory(api.store, { ...of, seenAt: at }, items);
    const times = { startedAt: at, finishedAt: at, error: null };
    await recordPoll(api.store, {
      ...times,
      ...written,
      source: 'main',
      kind: 'inventory',
      projectId: project,
    });
  };

  beforeAll(async () => {
    api = await startApi();
    await poll('project-a', [
      secret('TOKEN, "x"; y'),
      rotation('weekly', { nextRotationAt: now + 3 * day, rotationInterval: 7 }),
      rotation('overdue', { nextRotationAt: now - 40 * day, rotationInterval: 30 }),
      rotation('once', { nextRotationAt: now + 5 * day }),
    ]);
    await poll('project-b', [rotation('other', { nextRotationAt: now + day })]);
    const body = JSON.stringify([
      // Late in the evening in New York.
      reminderEvent('TOKEN, "x"; y', '2026-03-21T02:00:00.000Z', '2026-03-01T00:00:00.000Z', {
        message: 'ask Bob',
      }),
    ]);
    await api.call('/api/v1/ingest/infisical', { body });
  });
  afterAll(() => api.close());

  const make = (request: Record<string, unknown> = {}, token = adminToken): Promise<NewFeed> =>
    api.ask<NewFeed>('/api/v1/calendar', { body: { name: 'All, of it', ...request }, token });
  const read = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    api.call(path, { token: null, headers });
  /** Lines as a reader has them, long ones put together again. */
  const linesOf = async (path: string): Promise<string[]> =>
    (await (await read(path)).text()).replaceAll('\r\n ', '').split('\r\n');

  it('has rotations at their time and reminders on their day, with rules for what comes again', async () => {
    const { path } = await make({ zone: 'America/New_York' });
    const response = await read(path);
    expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    const lines = await linesOf(path);
    expect(lines).toEqual(
      expect.arrayContaining(['BEGIN:VCALENDAR', 'X-WR-CALNAME:All\\, of it', 'END:VCALENDAR']),
    );
    const event = (summary: string, which = 0): string[] => {
      const ends = lines.flatMap((line, index) => (line === `SUMMARY:${summary}` ? [index] : []));
      const at = ends[which] ?? -1;
      return lines.slice(lines.lastIndexOf('BEGIN:VEVENT', at), lines.indexOf('END:VEVENT', at));
    };
    // In 3, 10, … 360 days of the 366 ahead.
    expect(event('Rotation: weekly')).toEqual(
      expect.arrayContaining(['DTSTART:20260318T103000Z', 'RRULE:FREQ=DAILY;COUNT=52;INTERVAL=7']),
    );
    expect(event('Rotation: once').join()).not.toContain('RRULE');
    // Once where it was due, and by a rule from the next date on.
    expect(event('Rotation: overdue')).toContain('DTSTART:20260203T103000Z');
    expect(event('Rotation: overdue', 1)).toEqual(
      expect.arrayContaining(['DTSTART:20260404T103000Z', 'RRULE:FREQ=DAILY;COUNT=12;INTERVAL=30']),
    );
    const reminder = event('Reminder: TOKEN\\, "x"\\; y');
    expect(reminder).toEqual(
      expect.arrayContaining([
        'DTSTART;VALUE=DATE:20260320',
        'TRANSP:TRANSPARENT',
        'DESCRIPTION:project-a · prod · /app',
      ]),
    );
    expect(lines.join('\n')).not.toContain('Bob');
    const uids = lines.filter((line) => line.startsWith('UID:'));
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids).toHaveLength(6);
  });

  it('is not sent again while nothing changed', async () => {
    const { path } = await make();
    const etag = (await read(path)).headers.get('etag') ?? '';
    api.setClock(now + 60_000);
    const again = await read(path, { 'if-none-match': etag });
    api.setClock(now);
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    await poll('project-c', [rotation('new', { nextRotationAt: now + day })]);
    expect((await read(path, { 'if-none-match': etag })).status).toBe(200);
  });

  it('shows what its token may see, and ends with it', async () => {
    const token = await api.tokenWith(['insights'], ['project-b']);
    const { path, id } = await make({}, token);
    const summaries = (await linesOf(path)).filter((line) => line.startsWith('SUMMARY'));
    expect(summaries).toEqual(['SUMMARY:Rotation: other']);
    const owner = api.tokens.verify(token)?.id ?? '';
    // Another token neither sees nor ends it.
    const stranger = await api.tokenWith(['insights'], ['project-b']);
    expect(await api.ask('/api/v1/calendar', { token: stranger })).toEqual({ feeds: [] });
    const refused = await api.call(`/api/v1/calendar/${id}`, { method: 'DELETE', token: stranger });
    expect(refused.status).toBe(404);
    expect(await api.ask('/api/v1/calendar', { token })).toMatchObject({ feeds: [{ id }] });
    await api.tokens.revoke(owner);
    expect((await read(path)).status).toBe(404);
  });

  it('stops at once when it is revoked', async () => {
    const { path, id } = await make();
    expect((await read(path)).status).toBe(200);
    expect((await api.call(`/api/v1/calendar/${id}`, { method: 'DELETE' })).status).toBe(204);
    const gone = await read(path);
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({
      detail: 'There is no calendar at this address: it was revoked, or the address is not whole.',
    });
    expect((await read(`${path.slice(0, -5)}.ics`)).status).toBe(404);
  });

  it('leaves its secret in no log, list or row', async () => {
    const { path } = await make();
    await read(path);
    await read(path.replace('.ics', '.txt'));
    const feedSecret = /calendar\/([A-Za-z0-9_-]{43})\.ics$/.exec(path)?.[1] ?? 'none';
    expect(api.logged.join('\n')).not.toContain(feedSecret);
    expect(api.logged.join('\n')).toContain('/api/v1/calendar/:feed.ics');
    expect(JSON.stringify(await api.ask('/api/v1/calendar'))).not.toContain(feedSecret);
    const rows = await api.store.rows(sql`SELECT body FROM ${api.store.table('state_log')}`, {
      surface: 'state',
    });
    expect(JSON.stringify(rows)).not.toContain(feedSecret);
  });

  it('is not made through Grafana, without the right, or for a project out of sight', async () => {
    const status = async (token: string, body: Record<string, unknown> = {}) =>
      (await api.call('/api/v1/calendar', { token, body: { name: 'x', ...body } })).status;
    expect(await status(grafanaToken)).toBe(403);
    expect((await api.call('/api/v1/calendar', { token: grafanaToken })).status).toBe(403);
    expect(await status(await api.tokenWith(['usage']))).toBe(403);
    expect(await status(adminToken, { projects: ['nowhere'] })).toBe(400);
    expect(await status(adminToken, { zone: 'Mars/Olympus' })).toBe(400);
    expect(await status(adminToken, { name: 'a\r\nb' })).toBe(400);
  });
});
