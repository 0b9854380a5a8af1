import { createHash } from 'node:crypto';
import type { Api } from '../../src/api/testing/start-api';
import type { IngestAnswer, InsightResult } from '../../src/contract';
import { insights as catalogue } from '../../src/insights/catalogue';
import { replaceDigests, replaceVerdicts } from '../../src/store/inventory/collected';
import { recordPoll } from '../../src/store/inventory/polls';
import { akeylessRecords } from '../akeyless-records';
import { fillReports, recent } from '../akeyless-world';
import { generateEvents, generateRotations } from '../events';
import { now } from '../harness';
import { fillInventory, places, randomInventory } from '../inventory-world';
import { Random } from '../random';
import { expectedFile, india, infisicalReports } from './expected-file';
import type { MailServer, ReceivedMail } from './mail-server';
import { parseCsv, runReports } from './report-api';
import type { RunView } from './report-api';
import { serveReports } from './report-servers';

interface Types {
  types: { id: string; name: string; file: string; insights: string[]; needs: string[] }[];
}

let mail: MailServer;
let api: Api;
serveReports((servers) => {
  ({ mail, api } = servers);
});

const typesOf = async (): Promise<Types['types']> =>
  (await api.ask<Types>('/api/v1/reports/types')).types;
const attached = ({ mail: { attachments } }: ReceivedMail, file: string): string =>
  attachments.find(({ filename }) => filename === file)?.content.toString('utf8') ?? '';
const first = ([mailed]: readonly ReceivedMail[]): ReceivedMail => {
  if (!mailed) throw new Error('no mail arrived');
  return mailed;
};

describe('reports while nothing is known', () => {
  const noInventory =
    'Unknown: no inventory was read here yet. Let a source read one in the settings, under sources.';

  it('say what they need, and are no empty files that would look like a proof', async () => {
    const types = await typesOf();
    const needing = types.filter(({ needs }) => needs.length > 0 && !needs.includes('usage'));
    const ids = needing.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['stale-secrets', 'static-secret-usage']));
    const run = await runReports(api, {
      reports: ['stale-secrets', 'static-secret-usage', 'upcoming-reminders', 'auth-methods'],
      recipients: 'ann@example.test',
    });
    expect(run.files.map(({ file }) => file)).toEqual(['auth-methods.csv']);
    expect(run.unanswered).toEqual([
      { type: 'stale-secrets', name: 'Stale Secrets', reason: noInventory },
      { type: 'static-secret-usage', name: 'Static Secret Usage', reason: noInventory },
      {
        type: 'upcoming-reminders',
        name: 'Upcoming Reminders',
        reason: expect.stringContaining('no audit event is known up to that time') as string,
      },
    ]);
    expect(run.status).toBe('partial');
    expect(run.reason).toContain(`No file of Stale Secrets. ${noInventory}`);
    const received = first(mail.received).mail;
    expect(received.attachments.map(({ filename }) => filename)).toEqual(['auth-methods.csv']);
    expect(received.text).toContain('Stale Secrets: Nothing to answer from, so there is no file');
    for (const text of [received.text, received.html]) expect(text).toContain(noInventory);
    expect(received.text).toContain('Auth Methods: Nothing found');
    const { reports } = await api.ask<{ reports: { type: string; unanswered: string | null }[] }>(
      `/api/v1/reports/${run.run}/files/manifest.json`,
    );
    expect(reports.map(({ type, unanswered }) => [type, unanswered])).toEqual([
      ['stale-secrets', noInventory],
      ['static-secret-usage', noInventory],
      ['upcoming-reminders', run.unanswered[2]?.reason],
      ['auth-methods', null],
    ]);
  });

  it('mail what they need also where there is no file at all, and again when asked to', async () => {
    mail.refused.add('ann@example.test');
    const run = await runReports(api, { reports: 'stale-secrets', recipients: 'ann@example.test' });
    expect(run).toMatchObject({ status: 'failed', files: [] });
    mail.refused.clear();
    const again = await api.call(`/api/v1/reports/${run.run}/resend`, { body: {} });
    expect(again.status).toBe(202);
    for (let tries = 0; mail.received.length === 0 && tries < 500; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(first(mail.received).mail.text).toContain(noInventory);
  });
});

describe('every report there is, over a store with everything', () => {
  let types: Types['types'];
  let run: RunView;
  let sent: ReceivedMail[];

  beforeAll(async () => {
    const random = new Random(20);
    const { store } = api;
    const ingest = (vendor: string, body: unknown): Promise<IngestAnswer> =>
      api.ask<IngestAnswer>(`/api/v1/ingest/${vendor}`, { body });
    const world = randomInventory(random);
    await fillInventory({ store, ingest: (events) => ingest('infisical', events) }, world);
    await ingest('infisical', [...generateEvents(random, 2_000), ...generateRotations(random, 6)]);
    const records = [...akeylessRecords(random, 500, recent)];
    await ingest('akeyless', records.map((each) => JSON.stringify(each)).join('\n'));
    await fillReports({ store });
    await findOut(world.polls);
    await api.insights.projects.refresh();
    // A look that the self-audit notes.
    await api.ask('/api/v1/events?limit=1');
    api.setClock(now + 120_000);
    await api.ask('/api/v1/schedules', {
      body: {
        name: 'Weekly',
        reports: 'auth-methods',
        recipients: 'bob@example.test',
        every: 'week',
      },
    });
    types = await typesOf();
    mail.received.length = 0;
    run = await runReports(api, {
      reports: types.map(({ id }) => id),
      recipients: 'Ann@Example.test; ann@example.test, bob@example.test',
      zone: india.zone,
    });
    sent = [...mail.received];
  });

  const answered = (): Types['types'] => types.filter(({ id }) => id !== 'usage-limits');

  /** Copies of values and broken rules, as a source with opt-in has them. */
  async function findOut(polls: ReturnType<typeof randomInventory>['polls']): Promise<void> {
    for (const { source, org, project } of places) {
      const place = { source, orgId: org, projectId: project };
      const secrets = polls
        .filter((poll) => poll.project === project)
        .at(-1)
        ?.items.filter(({ kind }) => kind === 'secret');
      const found = (secrets ?? []).map(({ id, name, environment = '', secretPath = '' }) => ({
        environment,
        secret_path: secretPath,
        secret_key: name,
        secret_id: id,
      }));
      await replaceDigests(
        api.store,
        place,
        found.map((each, index) => ({ ...each, key_id: 'k', digest: `d${index % 7}` })),
      );
      await replaceVerdicts(
        api.store,
        place,
        found.slice(0, 5).map((each) => ({
          ...each,
          rule_name: '=names',
          constraint_type: 'Pattern',
          violation: 'Does not have the form that is asked for',
        })),
      );
      for (const kind of ['digests', 'rules'] as const) {
        const at = { startedAt: now - 60_000, finishedAt: now - 60_000 };
        const counted = { items: found.length, changed: 0, gone: 0, error: null };
        await recordPoll(api.store, { source, kind, projectId: project, ...at, ...counted });
      }
    }
  }

  it("are Infisical's and every table of the catalogue, with a file each in one mail", () => {
    // The settings of this server name no limits.
    expect(run.unanswered.map(({ type }) => type)).toEqual(['usage-limits']);
    expect(run.status).toBe('partial');
    expect(sent.map(({ to }) => to)).toEqual(['ann@example.test', 'bob@example.test']);
    for (const [id, { name, file }] of Object.entries(infisicalReports)) {
      expect(types).toContainEqual(expect.objectContaining({ id, name, file }));
    }
    const shown = new Set(types.flatMap(({ insights }) => insights));
    const tables = catalogue.filter(({ shape }) => shape === 'table').map(({ id }) => id);
    expect(tables.filter((id) => !shown.has(id))).toEqual([]);
    const files = answered().map(({ file }) => file);
    expect(first(sent).mail.attachments.map(({ filename }) => filename)).toEqual(files);
  });

  it('have the rows of their insights, each cell of them, and the digest that the mail names', async () => {
    const filled: string[] = [];
    for (const { id, file, insights } of answered()) {
      const content = attached(first(sent), file);
      const made = run.files.find((each) => each.file === file);
      const digest = createHash('sha256').update(content).digest('hex');
      expect([file, digest]).toEqual([file, made?.sha256]);
      expect(first(sent).mail.text).toContain(digest);
      const cells = parseCsv(content);
      expect([file, cells.length - 1]).toEqual([file, made?.rows]);
      if (cells.length > 1) filled.push(id);
      const input = run.reports.find(({ type }) => type === id);
      // The run itself is not over while it is listed.
      if (insights.length !== 1 || id === 'report-runs' || id === 'report-files') continue;
      const answer = await api.ask<InsightResult>(
        `/api/v1/insights/${insights[0]}?from=${input?.from}&to=${input?.to}&zone=${india.zone}`,
      );
      expect([file, cells]).toEqual([file, expectedFile(id, answer)]);
    }
    const empty = answered()
      .map(({ id }) => id)
      .filter((id) => !filled.includes(id));
    expect(empty).toEqual([]);
  });

  it('put figures of events and of the inventory side by side in the usage summary', async () => {
    const input = run.reports.find(({ type }) => type === 'usage-summary');
    const answers = await Promise.all(
      ['access-totals', 'inventory-counts'].map((id) =>
        api.ask<InsightResult>(`/api/v1/insights/${id}?from=${input?.from}&to=${input?.to}`),
      ),
    );
    const figures = answers.flatMap(({ columns, rows }) =>
      columns.map(({ key }) => String(rows[0]?.[key] ?? '')),
    );
    const [header, row, ...others] = parseCsv(attached(first(sent), 'usage-summary.csv'));
    expect(header).toEqual([
      'Requests',
      'Reads',
      'Unique Actors',
      'Unique Users',
      'Unique Machines',
      'Secrets Named',
      'Secrets',
      'Folders',
      'Rotations',
      'Dynamic Secrets',
      'Honey Tokens',
    ]);
    expect([row, others]).toEqual([figures, []]);
  });

  it('take the inputs of their insights: days, range and filters', async () => {
    const own: Readonly<Record<string, Record<string, number>>> = {
      'stale-secrets': { stale_days: 1 },
      'upcoming-rotations': { days_ahead: 365, lookback_days: 30 },
      'upcoming-reminders': { days_ahead: 300 },
    };
    const filters = [{ field: 'environment', op: 'in', values: ['prod'] }];
    const range = { from: '2026-03-01T00:00:00Z', to: '2026-03-10T00:00:00Z' };
    const asked = [
      ...Object.entries(own).map(([type, params]) => ({ type, params, filters })),
      { type: 'secret-access-log', filters, ...range },
    ];
    const chosen = await runReports(api, {
      reports: asked,
      recipients: 'ann@example.test',
      zone: india.zone,
    });
    for (const { type, file, rows } of chosen.files) {
      const input = chosen.reports.find((each) => each.type === type);
      const params = Object.entries(own[type] ?? {}).map(([key, value]): [string, string] => [
        key,
        String(value),
      ]);
      const query = new URLSearchParams([
        ...params,
        ['environment', 'prod'],
        ['from', input?.from ?? ''],
        ['to', input?.to ?? ''],
        ['zone', india.zone],
      ]);
      const insight = type === 'secret-access-log' ? 'access-log' : type;
      const answer = await api.ask<InsightResult>(
        `/api/v1/insights/${insight}?${query.toString()}`,
      );
      const cells = parseCsv(attached(first(mail.received), file));
      expect([type, cells]).toEqual([type, expectedFile(type, answer)]);
      expect(rows).toBeGreaterThan(0);
      const place = cells[0]?.indexOf('Environment') ?? -1;
      expect(new Set(cells.slice(1).map((row) => row[place]))).toEqual(new Set(['prod']));
      expect(rows).not.toBe(run.files.find((each) => each.type === type)?.rows);
    }
    expect(chosen.files).toHaveLength(asked.length);
  });
});
