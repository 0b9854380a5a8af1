import type { Api } from '../../src/api/testing/start-api';
import { startMailServer } from './mail-server';
import type { MailServer } from './mail-server';
import { startReportApi } from './report-api';

export interface ReportServers {
  mail: MailServer;
  api: Api;
}

/**
 * Starts a mail server and the whole server beside it for the tests of a file, and ends both after
 * them. What was mailed before a test is forgotten.
 * @param ready takes both before the first test, and may fill the store. Who replaces one puts the new
 *   one into what it was given.
 */
export function serveReports(
  ready: (servers: ReportServers) => void | Promise<void>,
  env?: Record<string, string>,
): void {
  let servers: ReportServers;
  beforeAll(async () => {
    const mail = await startMailServer();
    servers = { mail, api: await startReportApi(mail, env) };
    await ready(servers);
  });
  afterAll(async () => {
    await servers.api.close();
    await servers.mail.close();
  });
  beforeEach(() => {
    servers.mail.received.length = 0;
  });
}
