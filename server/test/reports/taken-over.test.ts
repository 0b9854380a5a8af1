import { rmSync } from 'node:fs';
import type { Api } from '../../src/api/testing/start-api';
import { openReports } from '../../src/reports/open-reports';
import { StateLog } from '../../src/store/state-log';
import { createLogger } from '../../src/api/log';
import type { MailServer } from './mail-server';
import { request } from './report-api';
import { serveReports } from './report-servers';

let mail: MailServer;
let api: Api;
serveReports((servers) => {
  ({ mail, api } = servers);
});

it('a run whose files lie on the server that led before ends with a sentence, and mails nobody', async () => {
  mail.behaviour.set('ann@example.test', 'refuse-later');
  const refused = new Promise<void>((resolve) => {
    mail.onRefusal = resolve;
  });
  const { run } = await request(api, { reports: 'auth-methods', recipients: 'ann@example.test' });
  await refused;
  await api.reports.stop();
  mail.behaviour.clear();
  rmSync(api.config.paths.reports, { recursive: true });
  const reports = await openReports({
    config: api.config,
    insights: api.insights,
    state: await StateLog.replay(api.store),
    version: '0.1.0',
    log: createLogger('silent', { write: () => undefined }),
    retryAfterMs: [],
  });
  await reports.start();
  const everything = { projects: null } as Parameters<typeof reports.get>[1];
  for (let tries = 0; reports.get(run, everything).status === 'generating'; tries += 1) {
    expect(tries).toBeLessThan(500);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const over = reports.get(run, everything);
  await reports.stop();
  expect(over).toMatchObject({
    status: 'failed',
    reason:
      'Its files are not on this server, which took over from the one that made them: ask for the report again.',
    recipients: [{ state: 'refused' }],
  });
  expect(over.files).toHaveLength(1);
  expect(mail.received).toEqual([]);
});
