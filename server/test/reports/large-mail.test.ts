import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { now } from '../../src/api/testing/start-api';
import type { Api } from '../../src/api/testing/start-api';
import { generateEvents } from '../events';
import { Random } from '../random';
import type { MailServer } from './mail-server';
import { runReports } from './report-api';
import { serveReports } from './report-servers';

const day = 86_400_000;
let mail: MailServer;
let api: Api;
serveReports(
  async (servers) => {
    ({ mail, api } = servers);
    await api.ask('/api/v1/ingest/infisical', { body: generateEvents(new Random(5), 4_000) });
  },
  {
    SECRET_INSIGHTS_PUBLIC_URL: 'https://insights.example.test',
    SECRET_INSIGHTS_REPORT_MAIL_SIZE: '120 KB',
  },
);

describe('a mail that would be too large', () => {
  const log = (from: string) => ({
    reports: [{ type: 'secret-access-log', from }],
    recipients: 'ann@example.test',
  });

  it('carries the files packed, where that is enough', async () => {
    const run = await runReports(api, log('now-3d'));
    const [attachment] = mail.received[0]?.mail.attachments ?? [];
    expect(attachment?.filename).toBe('secret-access-log.csv.gz');
    const file = gunzipSync(attachment?.content ?? '');
    expect(createHash('sha256').update(file).digest('hex')).toBe(run.files[0]?.sha256);
  });

  it('carries links that work for 7 days, where it is not', async () => {
    const run = await runReports(api, log('now-90d'));
    const [{ mail: received } = { mail: null }] = mail.received;
    expect(received?.attachments).toEqual([]);
    const link =
      /https:\/\/insights\.example\.test(\/d\/\S+)/.exec(received?.text ?? '')?.[1] ?? '';
    expect(received?.html).toContain(link.replaceAll('&', '&amp;'));
    const answer = await api.call(link, { token: null });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toContain('secret-access-log.csv');
    const digest = createHash('sha256')
      .update(Buffer.from(await answer.arrayBuffer()))
      .digest('hex');
    expect(digest).toBe(run.files[0]?.sha256);
    expect(await api.ask(`/api/v1/reports/${run.run}`)).toMatchObject({ downloads: 1 });
    await api.call(link, { token: null, method: 'HEAD' });
    expect(await api.ask(`/api/v1/reports/${run.run}`)).toMatchObject({ downloads: 1 });
    for (const wrong of [
      link.replace(/e=\d/, 'e=9'),
      link.replace('secret-access-log', 'auth-methods'),
      link.slice(0, -1),
      link.replace(/&s=.*/, ''),
    ]) {
      const status = (await api.call(wrong, { token: null })).status;
      expect([400, 403]).toContain(status);
    }
    api.setClock(now + 7 * day);
    expect((await api.call(link, { token: null })).status).toBe(403);
    api.setClock(now);
  });
});
