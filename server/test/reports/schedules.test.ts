import { now } from '../../src/api/testing/start-api';
import type { Api } from '../../src/api/testing/start-api';
import { event } from '../../src/api/testing/events';
import { ask } from '../harness';
import type { MailServer } from './mail-server';
import { parseCsv, untilOver } from './report-api';
import type { RunView } from './report-api';
import { serveReports } from './report-servers';

interface ScheduleView {
  schedule: string;
  next_runs: string[];
  paused: boolean;
  missed: number;
  last_missed: string | null;
  cron: string;
  recipients: string[];
}

const day = 86_400_000;
let mail: MailServer;
let api: Api;
let clock = now;

serveReports((servers) => {
  ({ mail, api } = servers);
});

const daily = {
  name: 'Every morning',
  reports: 'secret-access-log',
  recipients: 'ann@example.test',
  every: 'day',
  at: '07:00',
  zone: 'Europe/Berlin',
};

const add = (extra: Record<string, unknown> = {}): Promise<ScheduleView> =>
  api.ask<ScheduleView>('/api/v1/schedules', { body: { ...daily, ...extra } });
const look = (id: string): Promise<ScheduleView> =>
  api.ask<ScheduleView>(`/api/v1/schedules/${id}`);
const remove = (id: string): Promise<Response> =>
  api.call(`/api/v1/schedules/${id}`, { method: 'DELETE' });

/** The server's clock moves on, and looks what has come due; then the runs are waited for. */
async function tickAt(time: number): Promise<RunView[]> {
  clock = time;
  api.setClock(clock);
  await api.reports.tick();
  const { runs } = await api.ask<{ runs: RunView[] }>('/api/v1/reports?limit=1000');
  return Promise.all(runs.map(({ run }) => untilOver(api, run)));
}

const ofSchedule = (runs: RunView[], id: string): RunView[] =>
  runs.filter(({ schedule }) => schedule?.id === id);

let made = 0;
async function store(time: number, key: string): Promise<void> {
  made += 1;
  const stored = event({
    id: `aaaaaaaa-0000-4000-8000-${String(made).padStart(12, '0')}`,
    createdAt: new Date(time).toISOString(),
    eventType: 'get-secret',
    eventMetadata: { environment: 'prod', secretPath: '/', secretKey: key, secretId: key },
  });
  expect(await api.ask('/api/v1/ingest/infisical', { body: [stored] })).toMatchObject({
    stored: 1,
  });
}

describe('a schedule', () => {
  it('runs once at each due time, and says when it runs next', async () => {
    const { schedule, next_runs: next, cron } = await add();
    expect(cron).toBe('0 7 * * *');
    // Summer time begins in Berlin on 29 March.
    expect(next[0]).toBe('2026-03-16T06:00:00.000Z');
    expect(next).toHaveLength(5);
    const due = Date.parse(next[0] ?? '');
    expect(ofSchedule(await tickAt(due - 1), schedule)).toHaveLength(0);
    const [run] = ofSchedule(await tickAt(due + 30_000), schedule);
    expect(run).toMatchObject({
      status: 'completed',
      requested_by: 'schedule Every morning',
      schedule: { due: next[0] },
    });
    expect(ofSchedule(await tickAt(due + 90_000), schedule)).toHaveLength(1);
    expect((await look(schedule)).next_runs[0]).toBe('2026-03-17T06:00:00.000Z');
    const { rows } = await ask(api.insights, 'report-schedules');
    expect(rows).toEqual([
      expect.objectContaining({
        schedule,
        name: 'Every morning',
        paused: false,
        next_run_at: '2026-03-17T06:00:00.000Z',
        last_status: 'completed',
        recipients: ['ann@example.test'],
      }),
    ]);
    await remove(schedule);
  });

  it('makes up the newest run that was missed within a day, and records the others', async () => {
    const { schedule } = await add();
    const four = clock + 4 * day;
    const runs = ofSchedule(await tickAt(four), schedule);
    expect(runs).toHaveLength(1);
    expect(await look(schedule)).toMatchObject({ missed: 3 });
    await remove(schedule);
    const weekly = await add({ every: 'week', on: 'monday' });
    const monday = Date.parse(weekly.next_runs[0] ?? '');
    expect(ofSchedule(await tickAt(monday + day + 60_000), weekly.schedule)).toHaveLength(0);
    expect(await look(weekly.schedule)).toMatchObject({
      missed: 1,
      last_missed: weekly.next_runs[0],
    });
    await remove(weekly.schedule);
  });

  it('rests while paused, and makes nothing up when it wakes', async () => {
    const { schedule } = await add();
    await api.call(`/api/v1/schedules/${schedule}/pause`, { method: 'POST' });
    expect(await look(schedule)).toMatchObject({ paused: true, next_runs: [] });
    expect(ofSchedule(await tickAt(clock + 2 * day), schedule)).toHaveLength(0);
    await api.call(`/api/v1/schedules/${schedule}/resume`, { method: 'POST' });
    expect(ofSchedule(await tickAt(clock + 60_000), schedule)).toHaveLength(0);
    expect(ofSchedule(await tickAt(clock + day), schedule)).toHaveLength(1);
    await remove(schedule);
  });

  it('sends a proof where nothing is found, or nothing at all, as it is told', async () => {
    const proof = await add({ name: 'Proof' });
    const [sent] = ofSchedule(await tickAt(clock + day), proof.schedule);
    expect(sent).toMatchObject({ status: 'completed', rows: 0 });
    expect(mail.received[0]?.mail.text).toContain('Nothing found');
    await remove(proof.schedule);
    mail.received.length = 0;
    const quiet = await add({ name: 'Quiet', when_empty: 'skip' });
    const [skipped] = ofSchedule(await tickAt(clock + day), quiet.schedule);
    expect(skipped).toMatchObject({
      status: 'completed',
      recipients: [],
      reason: 'Nothing found, so it was not mailed, as the schedule asks.',
    });
    expect(mail.received).toHaveLength(0);
    await remove(quiet.schedule);
  });

  it('sends only what the last completed run did not have, where it is told to', async () => {
    const keys = (): string[] => {
      const content = mail.received.at(-1)?.mail.attachments[0]?.content.toString('utf8') ?? '';
      return parseCsv(content)
        .slice(1)
        .map((row) => row[5] ?? '');
    };
    const { schedule } = await add({ only_new: true });
    await store(clock - 60_000, 'FIRST');
    await tickAt(clock + day);
    expect(keys()).toEqual(['FIRST']);
    await store(clock - 60_000, 'SECOND');
    await tickAt(clock + day);
    expect(keys()).toEqual(['SECOND']);
    await tickAt(clock + day);
    expect(keys()).toEqual([]);
    await store(clock - 60_000, 'THIRD');
    // A look at it first does not count as its last run.
    const trial = await api.ask<RunView>(`/api/v1/schedules/${schedule}/send-now`, {
      body: { recipients: 'me@example.test' },
    });
    await untilOver(api, trial.run);
    expect(mail.received.at(-1)?.to).toBe('me@example.test');
    await tickAt(clock + day);
    expect(mail.received.at(-1)?.to).toBe('ann@example.test');
    expect(keys()).toEqual(['THIRD']);
    await remove(schedule);
  });

  it('waits while another run of its project is under way', async () => {
    const { schedule } = await add();
    mail.slowMs = 300;
    const other = await api.ask<RunView>('/api/v1/reports', {
      body: { reports: 'auth-methods', recipients: 'ann@example.test' },
    });
    api.setClock((clock += day));
    await api.reports.tick();
    const before = await api.ask<{ runs: RunView[] }>('/api/v1/reports?limit=100');
    expect(ofSchedule(before.runs, schedule)).toHaveLength(0);
    await untilOver(api, other.run);
    mail.slowMs = 0;
    expect(ofSchedule(await tickAt(clock + 60_000), schedule)).toHaveLength(1);
    await remove(schedule);
  });
});

describe('what a schedule takes', () => {
  it.each([
    [{ cron: '0 7 * * *' }, 'one of the two'],
    [{ every: undefined, at: undefined, cron: '0 25 * * *' }, "'25' is no hour"],
    [{ every: undefined, at: undefined, cron: '0 7 31 2 *' }, 'never comes due'],
    [{ every: 'week', on: 5 }, 'on is a weekday for every week'],
    [{ end: '2020-01-01' }, 'never comes due'],
    [{ start: 'soon' }, 'start must be a day'],
    [{ recipients: '' }, 'Name at least one recipient'],
    [{ recipients: 'eve@evil.test' }, 'may not be mailed to eve@evil.test'],
    [{ reports: 'nothing' }, "There is no report 'nothing'"],
    [{ zone: 'Berlin' }, 'IANA time zone'],
    [{ name: '' }, 'name'],
  ])('refuses %j', async (extra, sentence) => {
    const response = await api.call('/api/v1/schedules', { body: { ...daily, ...extra } });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { detail: string }).detail).toContain(sentence);
  });

  it('knows months by their last day, and workdays', async () => {
    const last = await add({ every: 'month', on: 'last' });
    expect(last.cron).toBe('0 7 L * *');
    expect(last.next_runs.map((time) => time.slice(5, 10))).toContain('04-30');
    await remove(last.schedule);
    const workdays = await add({ workdays_only: true });
    for (const time of workdays.next_runs) {
      expect(new Date(time).getUTCDay() % 6).not.toBe(0);
    }
    await remove(workdays.schedule);
  });

  it('is for who may manage reports; the rights of the maker are its own', async () => {
    const reader = await api.tokenWith(['reports', 'insights']);
    const refused = await api.call('/api/v1/schedules', { token: reader, body: daily });
    expect(refused.status).toBe(403);
    expect((await api.call('/api/v1/schedules', { token: reader })).status).toBe(200);
    const poor = await api.tokenWith(['reports', 'reports:manage']);
    const { detail } = await api.ask<{ detail: string }>('/api/v1/schedules', {
      token: poor,
      body: daily,
    });
    expect(detail).toContain("Secret Access Log needs the right 'audit'");
  });
});
