import { recordPoll } from '../store/inventory/polls';
import { replaceDigests } from '../store/inventory/collected';
import { sql } from '../store/sql';
import { forgetDigests } from '../cli/forget-digests';
import { adminToken, startApi } from './testing/start-api';
import type { Api } from './testing/start-api';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const row = (id: string) => ({
  environment: 'prod',
  secret_path: '/',
  secret_key: id,
  secret_id: id,
  key_id: 'k',
  digest: 'x',
});
const keep = async (source: string): Promise<void> => {
  const place = { source, orgId: 'o', projectId: 'p' };
  await replaceDigests(api.store, place, [row('a'), row('b')]);
  await recordPoll(api.store, {
    source,
    kind: 'digests',
    projectId: 'p',
    startedAt: 1,
    finishedAt: 2,
    error: null,
    items: 2,
    changed: 0,
    gone: 0,
  });
};
const left = async (): Promise<unknown[]> =>
  (
    await api.store.rows(
      sql`SELECT DISTINCT source FROM ${api.store.table('secret_digests')} ORDER BY source`,
      { surface: 'state' },
    )
  ).map(({ source }) => source);
const path = '/api/v1/digests';

describe('forgetting digests', () => {
  beforeEach(async () => {
    await keep('main');
    await keep('eu');
  });

  it('takes one source, or all', async () => {
    const method = 'DELETE';
    expect(await api.ask(`${path}?source=eu`, { method })).toEqual({ digests: 2 });
    expect(await left()).toEqual(['main']);
    expect(await api.ask(path, { method })).toEqual({ digests: 2 });
    expect(await left()).toEqual([]);
  });

  it.each(['?sorce=eu', '?source=', '?source=a&source=b'])('%s forgets nothing', async (query) => {
    expect((await api.call(path + query, { method: 'DELETE' })).status).toBe(400);
    expect(await left()).toEqual(['eu', 'main']);
  });

  it('needs the right admin', async () => {
    const token = await api.tokenWith(['insights', 'reports:manage']);
    expect((await api.call(path, { method: 'DELETE', token })).status).toBe(403);
    expect((await api.call(path)).status).toBe(404);
    expect(await left()).toEqual(['eu', 'main']);
  });

  it('has a command', async () => {
    const said: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said.push(String(text));
      return true;
    });
    await forgetDigests({ url: api.url, token: adminToken, whenSilent: '' }, 'eu');
    write.mockRestore();
    expect(said.join('')).toBe('2 digests are forgotten.\n');
    expect(await left()).toEqual(['main']);
  });
});
