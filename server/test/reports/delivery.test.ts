import type { Api } from '../../src/api/testing/start-api';
import { generateEvents, generateRotations } from '../events';
import { Random } from '../random';
import { startMailServer } from './mail-server';
import type { MailServer } from './mail-server';
import { parseCsv, request, runReports, untilOver } from './report-api';
import { serveReports } from './report-servers';
import type { ReportServers } from './report-servers';

let mail: MailServer;
let api: Api;
let servers: ReportServers;

serveReports(async (started) => {
  servers = started;
  ({ mail, api } = servers);
  const random = new Random(77);
  const events = [...generateEvents(random, 3_000), ...generateRotations(random, 6)];
  const answer = await api.ask('/api/v1/ingest/infisical', { body: events });
  expect(answer).toMatchObject({ rejected_total: 0 });
});
beforeEach(() => {
  mail.refused.clear();
  mail.behaviour.clear();
  mail.slowMs = 0;
});

describe('a mailed report', () => {
  it('has the titles, the line ends and no byte order mark, as the contract says', async () => {
    await runReports(api, { reports: 'secret-access-log', recipients: 'ann@example.test' });
    const [{ mail: received } = { mail: null }] = mail.received;
    const text = received?.attachments[0]?.content.toString('utf8') ?? '';
    expect(text.split('\r\n')[0]).toBe(
      'Timestamp,Actor Type,Actor Name,Actor Email,Event Type,Secret Key,Environment,Secret Path,IP Address',
    );
    expect(received?.messageId).toMatch(/^<report\.[0-9a-f]{16}\.1@example\.test>$/);
    expect(received?.html).toContain('prefers-color-scheme');
    expect(received?.html).not.toMatch(/<script|<img|<svg/i);
    expect(received?.text).toContain('Confidential');
  });

  it('writes times in the zone that was asked for, with its offset', async () => {
    await runReports(api, {
      reports: 'secret-access-log',
      recipients: 'ann@example.test',
      zone: 'Asia/Kolkata',
    });
    const content = mail.received[0]?.mail.attachments[0]?.content.toString('utf8') ?? '';
    const [, ...rows] = parseCsv(content);
    for (const [time = ''] of rows) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+05:30$/);
    }
  });
});

describe('what is refused', () => {
  it.each([
    [{ reports: 'nothing' }, "There is no report 'nothing'"],
    [{ reports: '' }, 'Name at least one report.'],
    [{ reports: 'auth-methods,auth-methods' }, "The report 'auth-methods' is named twice."],
    [{ reports: 'auth-methods' }, 'Name at least one recipient'],
    [{ reports: 'auth-methods', recipients: 'ann' }, "'ann' is not an e-mail address."],
    [
      { reports: 'auth-methods', recipients: 'eve@evil.test' },
      'Reports may not be mailed to eve@evil.test',
    ],
    [
      {
        reports: 'auth-methods',
        recipients: Array.from({ length: 21 }, (_, index) => `r${index}@example.test`),
      },
      'at most 20 recipients, not 21',
    ],
    [{ reports: 'auth-methods', recipients: 'a@example.test', project: 'x' }, "no project 'x'"],
    [{ reports: 'auth-methods', recipients: 'a@example.test', zone: 'Mars' }, 'IANA time zone'],
    [
      {
        reports: [{ type: 'secret-access-log', from: 'now-91d' }],
        recipients: 'a@example.test',
      },
      'access-log answers for at most 90 days',
    ],
    [
      { reports: [{ type: 'auth-methods', params: { days: 3 } }], recipients: 'a@example.test' },
      "auth-methods has no parameter 'days'",
    ],
  ])('%j', async (body, sentence) => {
    const response = await api.call('/api/v1/reports', { body });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { detail: string }).detail).toContain(sentence);
    expect(mail.received).toHaveLength(0);
  });
});

describe('a mail server that', () => {
  const three = ['a@example.test', 'b@example.test', 'c@example.test'];

  it('refuses one of three leaves a partial run that names it', async () => {
    mail.refused.add('b@example.test');
    const run = await runReports(api, { reports: 'auth-methods', recipients: three });
    expect(run.status).toBe('partial');
    expect(run.reason).toContain('b@example.test');
    expect(run.recipients.map(({ state }) => state)).toEqual(['accepted', 'refused', 'accepted']);
    expect(mail.received.map(({ to }) => to)).toEqual([three[0], three[2]]);
  });

  it('breaks off inside a message leaves it unknown, not sent again, until somebody asks', async () => {
    mail.behaviour.set('b@example.test', 'die-mid-message');
    mail.behaviour.set('c@example.test', 'die-after-message');
    const run = await runReports(api, { reports: 'auth-methods', recipients: three });
    expect(run.status).toBe('partial');
    expect(run.recipients.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['accepted', 1],
      ['unknown', 1],
      ['unknown', 1],
    ]);
    mail.behaviour.clear();
    mail.received.length = 0;
    const again = await api.call(`/api/v1/reports/${run.run}/resend`, {
      body: { recipients: 'b@example.test' },
    });
    expect(again.status).toBe(202);
    const after = await untilOver(api, run.run);
    expect(after.recipients.map(({ state }) => state)).toEqual(['accepted', 'accepted', 'unknown']);
    expect(mail.received.map(({ to }) => to)).toEqual(['b@example.test']);
  });

  it('is busy is asked again, and each gets one mail', async () => {
    mail.behaviour.set('a@example.test', 'refuse-later');
    mail.onRefusal = () => mail.behaviour.clear();
    const run = await runReports(api, { reports: 'auth-methods', recipients: three });
    expect(run).toMatchObject({ status: 'completed' });
    expect(run.recipients.map(({ attempts }) => attempts)).toEqual([2, 1, 1]);
    expect(mail.received.map(({ to }) => to).sort()).toEqual(three);
  });

  it('is slow is waited for; meanwhile a second run of the project is refused by name', async () => {
    mail.slowMs = 400;
    const asked = await request(api, { reports: 'auth-methods', recipients: three });
    const second = await api.call('/api/v1/reports', {
      body: { reports: 'auth-methods', recipients: three },
    });
    expect(second.status).toBe(409);
    expect(((await second.json()) as { detail: string }).detail).toContain(asked.run);
    expect(await untilOver(api, asked.run)).toMatchObject({ status: 'completed' });
  });

  it('is down leaves a failed run with the reason, after it was tried three times', async () => {
    await mail.close();
    const run = await runReports(api, { reports: 'auth-methods', recipients: three });
    expect(run.status).toBe('failed');
    expect(run.reason).toContain('could not be reached');
    expect(run.recipients.map(({ state, attempts }) => [state, attempts])).toEqual(
      three.map(() => ['refused', 3]),
    );
    servers.mail = await startMailServer(mail.port);
    mail = servers.mail;
  });
});
