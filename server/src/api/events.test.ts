import type { Row } from '../contract';
import { readEvent } from '../../test/events';
import { Random } from '../../test/random';
import { parseCsv } from '../../test/reports/report-api';
import type { AuditEvent } from './event-shape';
import { adminToken, grafanaToken, now, startApi } from './testing/start-api';
import type { Api } from './testing/start-api';

interface Page {
  events: AuditEvent[];
  next_cursor: string | null;
  notice: string | null;
}

const random = new Random(77);
const begin = Date.parse('2026-03-13T00:00:00Z');
/** Many of them at the same instant, so that a page ends inside one. */
const events = Array.from({ length: 450 }, (_, index) =>
  readEvent({
    id: random.uuid(),
    createdAt: new Date(begin + Math.floor(index / 40) * 3_600_000).toISOString(),
    projectId: index % 3 === 0 ? 'project-a' : 'project-b',
    projectName: index % 3 === 0 ? 'Payments' : 'Store',
  }),
);
const range = 'from=2026-03-12&to=2026-03-15';

describe('/api/v1/events', () => {
  let api: Api;
  const ingest = (body: unknown) =>
    api.call('/api/v1/ingest/infisical', { body, method: 'POST' }).then((answer) => {
      expect(answer.status).toBe(200);
    });
  const idsOf = (page: readonly AuditEvent[]) => page.map(({ id }) => id);

  beforeAll(async () => {
    api = await startApi();
    await ingest(events);
    await ingest(events.slice(0, 200));
  });
  afterAll(() => api.close());

  async function pages(query: string, between?: () => Promise<void>): Promise<AuditEvent[]> {
    const found: AuditEvent[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await api.ask<Page>(
        `/api/v1/events?${range}&${query}${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      found.push(...page.events);
      cursor = page.next_cursor;
      await between?.();
    } while (cursor !== null);
    return found;
  }

  it('gives every event once over its pages, newest first, while others arrive', async () => {
    let late = 0;
    const arrive = () =>
      late++ < 3
        ? ingest([
            readEvent({ createdAt: `2026-03-14T23:0${late}:00.000Z`, projectId: 'project-b' }),
          ])
        : Promise.resolve();
    const found = await pages('limit=37', arrive);
    expect(idsOf(found).sort()).toEqual(idsOf(events as unknown as AuditEvent[]).sort());
    const times = found.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort().reverse());
    const oldest = await pages('limit=37&order=oldest&event=get-secret');
    expect(oldest.length).toBe(found.length + 3);
  });

  it("has Infisical's own structure", async () => {
    const event = readEvent({
      id: random.uuid(),
      createdAt: '2026-03-01T08:00:00.123Z',
      expiresAt: '2026-06-01T08:00:00.000Z',
      eventType: 'update-secrets',
      eventMetadata: { environment: 'prod', secrets: [{ secretKey: 'A', secretId: 's-a' }] },
      projectName: 'Payments',
    });
    await ingest([event]);
    const shown = await api.ask<AuditEvent>(`/api/v1/events/${event.id}`);
    expect(shown).toEqual({
      id: event.id,
      event: { type: 'update-secrets', class: 'management', metadata: event.eventMetadata },
      actor: { type: 'identity', metadata: event.actorMetadata },
      orgId: event.orgId,
      projectId: 'project-a',
      projectName: 'Payments',
      ipAddress: '10.0.0.7',
      userAgent: 'cli',
      userAgentType: 'cli',
      timestamp: '2026-03-01T08:00:00.123Z',
      createdAt: '2026-03-01T08:00:00.123Z',
      updatedAt: '2026-03-01T08:00:00.123Z',
      expiresAt: '2026-06-01T08:00:00.000Z',
    });
    const { events: found } = await api.ask<Page>(
      '/api/v1/events?from=2026-02-01&to=2026-03-02&secret_key=A&metadata.environment=prod',
    );
    expect(found).toEqual([shown]);
  });

  it.each([
    [
      '/api/v1/events?cursor=abc',
      400,
      'cursor must be the next_cursor of the page before; leave it out to begin at the first.',
    ],
    ['/api/v1/events?limit=1001', 400, "limit must be a whole number from 1 to 1000, not '1001'."],
    ['/api/v1/events?format=xml', 400, "format must be json, ndjson or csv, not 'xml'."],
    ['/api/v1/events?colour=red', 400, /^events takes no 'colour'\./],
    ['/api/v1/events?ip.cidr=10.0.0.0/99', 400, /^The filter on ip needs a range/],
    ['/api/v1/events?from=now&to=now-1d', 400, 'from must be before to.'],
    ['/api/v1/events/none', 400, "id must be a UUID, not 'none'."],
    [
      '/api/v1/events/e0000000-0000-4000-8000-00000000ffff',
      404,
      'There is no event with the id e0000000-0000-4000-8000-00000000ffff.',
    ],
  ])('%s answers %i', async (path, status, detail) => {
    const answer = await api.call(path);
    expect(answer.status).toBe(status);
    const problem = (await answer.json()) as { detail: string };
    if (typeof detail === 'string') expect(problem.detail).toBe(detail);
    else expect(problem.detail).toMatch(detail);
  });

  it('needs the right audit, and keeps to the projects of the token', async () => {
    const viewer = await api.tokenWith(['insights']);
    expect((await api.call('/api/v1/events', { token: viewer })).status).toBe(403);
    const token = await api.tokenWith(['audit'], ['project-a']);
    const { events: found } = await api.ask<Page>(`/api/v1/events?${range}&limit=1000`, { token });
    expect(found).toHaveLength(150);
    const [other] = events.filter(({ projectId }) => projectId === 'project-b');
    expect((await api.call(`/api/v1/events/${other?.id}`, { token })).status).toBe(404);
  });

  it('asks for the organisation where two have an event of one id', async () => {
    const id = random.uuid();
    const orgs = ['0a000000-0000-4000-8000-0000000000a1', '0a000000-0000-4000-8000-0000000000a2'];
    await ingest(orgs.map((orgId) => readEvent({ id, orgId })));
    expect((await api.call(`/api/v1/events/${id}`)).status).toBe(409);
    const shown = await api.ask<AuditEvent>(`/api/v1/events/${id}?org=${orgs[1]}`);
    expect(shown.orgId).toBe(orgs[1]);
  });

  it('exports each event once, as NDJSON or CSV', async () => {
    const ndjson = await api.call(
      '/api/v1/events?from=2026-03-12&to=2026-03-14T12:00:00Z&format=ndjson',
    );
    expect(ndjson.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const lines = (await ndjson.text()).trimEnd().split('\n');
    const found = lines.map((line) => JSON.parse(line) as AuditEvent);
    expect(idsOf(found).sort()).toEqual(idsOf(events as unknown as AuditEvent[]).sort());
    const csv = await api.call(
      '/api/v1/events?from=2026-03-12&to=2026-03-14T11:30:00Z&project=Payments&order=oldest',
      {
        headers: { accept: 'text/csv' },
      },
    );
    const [header, first, ...rest] = (await csv.text()).trimEnd().split('\r\n');
    expect(header).toMatch(/^id,timestamp,event_type,event_class,actor_type,/);
    expect(first).toContain('"2026-03-13T00:00:00.000Z","get-secret","data-access","identity"');
    expect(rest).toHaveLength(149);
  });

  it('exports as many as are asked for, the first ones in order', async () => {
    const exported = async (query: string): Promise<string[]> => {
      const answer = await api.call(`/api/v1/events?${range}&format=ndjson&${query}`);
      const lines = (await answer.text()).split('\n').filter((line) => line !== '');
      return lines.map((line) => (JSON.parse(line) as AuditEvent).id);
    };
    for (const order of ['newest', 'oldest']) {
      const all = await exported(`order=${order}`);
      for (const limit of [1, 39, 40, 130, all.length - 1, all.length, 10_000]) {
        expect(await exported(`order=${order}&limit=${limit}`)).toEqual(all.slice(0, limit));
      }
    }
  });

  it('finds a value of the metadata however a number is spelled', async () => {
    const [asText, asNumber, asPower, hex] = ['"0100"', '100', '1e2', '"1E2"'].map((code) => ({
      code,
      id: random.uuid(),
    }));
    const bodies = [asText, asNumber, asPower, hex].map((each) =>
      JSON.stringify(
        readEvent({
          id: each?.id ?? '',
          eventMetadata: { code: '@' },
          createdAt: '2026-03-10T05:00:00.000Z',
        }),
      ).replace('"@"', each?.code ?? ''),
    );
    const answer = await fetch(`${api.url}/api/v1/ingest/infisical`, {
      method: 'POST',
      body: `[${bodies.join(',')}]`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
    });
    expect(answer.status).toBe(200);
    const found = async (value: string): Promise<string[]> => {
      const query = `from=2026-03-10&to=2026-03-11&metadata.code=${value}`;
      return idsOf((await api.ask<Page>(`/api/v1/events?${query}`)).events).sort();
    };
    expect(await found('0100')).toEqual([asText?.id]);
    expect(await found('100')).toEqual([asNumber?.id, asPower?.id].sort());
    expect(await found('1E2')).toEqual([hex?.id]);
  });

  it('exports what a page shows, odd texts included', async () => {
    const odd = [
      {
        secretKey: 'quote " comma , and\nline\r\nend',
        secretPath: '/ünï/\u{1F511}',
        environment: '\\',
      },
      { secretKey: "=cmd|'/C calc'!A0", nested: { list: [1, null, { deep: '/' }] } },
    ].map((eventMetadata) =>
      readEvent({
        eventMetadata,
        createdAt: '2026-03-11T05:00:00.120Z',
        userAgent: 'agent "with"\t, odd\nsigns',
        userAgentType: '',
        ipAddress: '',
      }),
    );
    await ingest(odd);
    const asked = 'from=2026-03-11&to=2026-03-12';
    const { events: page } = await api.ask<{ events: AuditEvent[] }>(`/api/v1/events?${asked}`);
    expect(page).toHaveLength(2);
    const ndjson = await (await api.call(`/api/v1/events?${asked}&format=ndjson`)).text();
    expect(
      ndjson
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as AuditEvent),
    ).toEqual(page);
    const csv = await (await api.call(`/api/v1/events?${asked}&format=csv`)).text();
    const [header = [], ...rows] = parseCsv(csv);
    const cell = (row: string[], name: string): string => row[header.indexOf(name)] ?? '';
    expect(
      rows.map((row) => [
        ...['id', 'user_agent', 'ip_address'].map((name) => cell(row, name)),
        JSON.parse(cell(row, 'event_metadata')) as unknown,
      ]),
    ).toEqual(page.map((each) => [each.id, each.userAgent, '', each.event.metadata]));
  });

  it('notes who opened and exported what, without what was in it', async () => {
    await api.call(`/api/v1/events/${events[0]?.id}`, {
      token: grafanaToken,
      headers: {
        'x-secret-insights-user': 'ann',
        'x-secret-insights-role': 'Editor',
        'x-secret-insights-org': '1',
      },
    });
    await (await api.call(`/api/v1/events?${range}&format=csv&environment=prod&limit=5`)).text();
    await (await api.call('/api/v1/insights/events?format=csv&limit=3')).text();
    api.setClock(now + 1_000);
    const { rows } = await api.ask<{ rows: Row[] }>('/api/v1/insights/self-audit');
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          user: 'ann',
          action: 'open',
          insight: 'events',
          filters: { 'id.in': [events[0]?.id] },
          rows: 1,
        }),
        expect.objectContaining({
          user: '',
          action: 'export',
          filters: expect.objectContaining({
            'environment.in': ['prod'],
            from: '2026-03-12T00:00:00.000Z',
          }),
          rows: 5,
        }),
        expect.objectContaining({ action: 'export', insight: 'events', rows: 3 }),
      ]),
    );
    expect(JSON.stringify(rows)).not.toContain(adminToken);
    const limited = await api.tokenWith(['audit'], ['project-a']);
    const hidden = await api.ask<{ rows: Row[] }>('/api/v1/insights/self-audit', {
      token: limited,
    });
    expect(hidden.rows).toEqual([]);
  });
});
