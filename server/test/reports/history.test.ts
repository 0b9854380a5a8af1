import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grafanaToken, now } from '../../src/api/testing/start-api';
import type { Api } from '../../src/api/testing/start-api';
import { verifyFolder } from '../../src/cli/evidence';
import { downloadReport } from '../../src/cli/report';
import { generateEvents } from '../events';
import { Random } from '../random';
import type { MailServer } from './mail-server';
import { runReports, untilOver } from './report-api';
import type { RunView } from './report-api';
import { serveReports } from './report-servers';

interface Verified {
  ok: boolean;
  entries: {
    sequence: number;
    run: string;
    sha256: string;
    state: string;
    problems: string[];
    deleted: { by: string } | null;
    files: { file: string; state: string }[];
  }[];
}

const day = 86_400_000;
let mail: MailServer;
let api: Api;

serveReports(
  async (servers) => {
    ({ mail, api } = servers);
    await api.ask('/api/v1/ingest/infisical', { body: generateEvents(new Random(5), 2_000) });
  },
  {
    SECRET_INSIGHTS_PUBLIC_URL: 'https://insights.example.test',
    SECRET_INSIGHTS_REPORT_ROWS: '50',
  },
);
beforeEach(() => api.setClock(now));

const small = { reports: 'auth-methods', recipients: 'ann@example.test' };
const fileOf = (run: string, file: string): string =>
  join(api.config.paths.reports, 'runs', run, file);

describe('a report with more rows than the limit', () => {
  it('is cut there, sent all the same, and marked in the mail and in history', async () => {
    const run = await runReports(api, { ...small, reports: 'secret-access-log' });
    expect(run).toMatchObject({
      status: 'partial',
      reason: 'Cut at the row limit: Secret Access Log.',
      rows: 50,
      files: [{ rows: 50, truncated: true }],
    });
    expect(mail.received[0]?.mail.text).toContain('cut at the row limit');
    expect(mail.received[0]?.mail.html).toContain('cut at the row limit');
  });
});

describe('history', () => {
  it('is newest first and 10 a page', async () => {
    for (let index = 0; index < 11; index += 1) {
      api.setClock(now + index * 1_000);
      await runReports(api, { reports: 'auth-methods', download_only: true });
    }
    interface Page {
      runs: (RunView & { requested_at: string })[];
      total: number;
      next_cursor: string;
    }
    const first = await api.ask<Page>('/api/v1/reports');
    expect(first.runs).toHaveLength(10);
    const second = await api.ask<Page>(`/api/v1/reports?cursor=${first.next_cursor}`);
    const times = [...first.runs, ...second.runs].map((run) => run.requested_at);
    expect(times).toEqual([...times].sort().reverse());
    expect(times).toHaveLength(first.total);
    expect((await api.call('/api/v1/reports?cursor=none')).status).toBe(400);
  });

  it('keeps files for their time, then only what is known of them', async () => {
    const run = await runReports(api, small);
    const path = `/api/v1/reports/${run.run}/files/auth-methods.csv`;
    const file = Buffer.from(await (await api.call(path)).arrayBuffer());
    expect(createHash('sha256').update(file).digest('hex')).toBe(run.files[0]?.sha256);
    expect(await api.ask(`/api/v1/reports/${run.run}`)).toMatchObject({ downloads: 1 });
    api.setClock(now + 29 * day);
    await api.reports.tick();
    expect((await api.call(path)).status).toBe(200);
    api.setClock(now + 31 * day);
    await api.reports.tick();
    expect((await api.call(path)).status).toBe(404);
    const { ok, entries } = await api.ask<Verified>('/api/v1/reports/verify');
    expect(ok).toBe(true);
    expect(entries.find((entry) => entry.run === run.run)?.files[0]?.state).toBe('expired');
  });

  it('gives no file but those of the run', async () => {
    const { run } = await runReports(api, small);
    for (const name of ['mail.json', '..%2Fx', '%2e%2e%2f%2e%2e%2flink-key', 'x.csv']) {
      expect((await api.call(`/api/v1/reports/${run}/files/${name}`)).status).toBe(404);
    }
  });
});

describe('rights', () => {
  const through = (role: string): Record<string, string> => ({
    'x-secret-insights-user': 'kim',
    'x-secret-insights-email': 'Kim@Example.test',
    'x-secret-insights-role': role,
    'x-secret-insights-org': '1',
  });

  it('lets editors run, admins delete, and viewers neither', async () => {
    const ask = (role: string, path: string, options = {}): Promise<Response> =>
      api.call(path, { token: grafanaToken, headers: through(role), ...options });
    const body = { reports: 'auth-methods' };
    expect((await ask('Viewer', '/api/v1/reports', { body })).status).toBe(403);
    expect((await ask('Viewer', '/api/v1/reports')).status).toBe(403);
    const made = await ask('Editor', '/api/v1/reports', { body });
    expect(made.status).toBe(202);
    const { run } = (await made.json()) as RunView;
    const view = await untilOver(api, run);
    // Blank recipients are the user who asks.
    expect(view.recipients.map(({ address }) => address)).toEqual(['kim@example.test']);
    expect(view.requested_by).toBe('token grafana for user kim');
    const path = `/api/v1/reports/${run}`;
    expect((await ask('Editor', path, { method: 'DELETE' })).status).toBe(403);
    expect((await ask('Admin', path, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call(path)).status).toBe(404);
    // The same for buttons, which cannot send DELETE.
    const other = await ask('Editor', '/api/v1/reports', { body });
    const button = `/api/v1/reports/${((await other.json()) as RunView).run}/delete`;
    await untilOver(api, button.split('/').at(-2) ?? '');
    expect((await ask('Editor', button, { body: {} })).status).toBe(403);
    expect((await ask('Admin', button, { body: {} })).status).toBe(204);
    expect((await ask('Admin', button, { body: {} })).status).toBe(404);
  });

  it('keeps runs inside the projects of a token', async () => {
    const token = await api.tokenWith(['reports', 'insights', 'audit'], ['project-a']);
    const { run } = await runReports(api, small);
    expect((await api.call(`/api/v1/reports/${run}`, { token })).status).toBe(404);
    const own = await api.ask<RunView>('/api/v1/reports', { token, body: small });
    expect(own.project).not.toBeNull();
    await untilOver(api, own.run);
    const { runs } = await api.ask<{ runs: RunView[] }>('/api/v1/reports', { token });
    expect(runs.map((each) => each.run)).toEqual([own.run]);
    const other = await api.ask<{ status: number }>('/api/v1/reports', {
      token,
      body: { ...small, project: 'project-b' },
    });
    expect(other.status).toBe(400);
  });
});

describe('evidence', () => {
  const verified = (): Promise<Verified> => api.ask<Verified>('/api/v1/reports/verify');

  it('is a chain in which a deleted run leaves its number, its hash, who and when', async () => {
    const first = await runReports(api, small);
    const second = await runReports(api, small);
    expect(second.sequence).toBe(first.sequence + 1);
    const { manifest } = {
      manifest: await api.ask<{ previous_sha256: string; reports: unknown[] }>(
        `/api/v1/reports/${second.run}/files/manifest.json`,
      ),
    };
    expect(manifest.previous_sha256).toBe(first.manifest_sha256);
    await api.call(`/api/v1/reports/${first.run}`, { method: 'DELETE' });
    expect(existsSync(fileOf(first.run, ''))).toBe(false);
    const { ok, entries } = await verified();
    expect(ok).toBe(true);
    expect(entries[first.sequence - 1]).toMatchObject({
      sequence: first.sequence,
      run: first.run,
      sha256: first.manifest_sha256,
      state: 'deleted',
      deleted: { by: 'token admin' },
    });
  });

  it('shows a file that was changed', async () => {
    const { run, sequence } = await runReports(api, small);
    const path = fileOf(run, 'auth-methods.csv');
    appendFileSync(path, 'x');
    const { ok, entries } = await verified();
    expect(ok).toBe(false);
    expect(entries[sequence - 1]).toMatchObject({
      state: 'broken',
      problems: ['auth-methods.csv is not the file that was made.'],
    });
    await api.call(`/api/v1/reports/${run}`, { method: 'DELETE' });
    expect(await verified()).toMatchObject({ ok: true });
  });

  it('can be checked without the server, once downloaded', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secret-insights-evidence-'));
    const silent = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const connection = {
      url: api.url,
      token: 'admin-token-of-the-tests-only',
      whenSilent: 'it is gone',
    };
    const runs = [await runReports(api, small), await runReports(api, small)];
    for (const { run } of runs) await downloadReport(connection, run, { dir: folder });
    silent.mockRestore();
    const said: string[] = [];
    await verifyFolder(folder, (line) => said.push(line));
    expect(said).toHaveLength(2);
    expect(said[0]).toContain('intact');
    const [first, second] = runs.map(({ run }) => join(folder, run));
    writeFileSync(join(first ?? '', 'auth-methods.csv'), 'changed');
    await expect(verifyFolder(folder, () => undefined)).rejects.toThrow(
      'not the file that was made',
    );
    const manifest = join(first ?? '', 'manifest.json');
    rmSync(join(first ?? '', 'auth-methods.csv'));
    appendFileSync(manifest, '\n');
    await expect(verifyFolder(folder, () => undefined)).rejects.toThrow(
      'does not follow from number',
    );
    await expect(verifyFolder(second ?? '', () => undefined)).resolves.toBeUndefined();
    rmSync(folder, { recursive: true });
  });

  it('covers runs that failed', async () => {
    mail.refused.add('ann@example.test');
    const run = await runReports(api, small);
    mail.refused.clear();
    expect(run.status).toBe('failed');
    expect(run.sequence).toBeGreaterThan(0);
    expect(await verified()).toMatchObject({ ok: true });
  });
});
