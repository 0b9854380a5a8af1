import { openTestStore } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { sql } from '../sql';
import { dropOutdated, forgetDigests, replaceDigests, replaceVerdicts } from './collected';
import { recordPoll } from './polls';

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});

const row = (id: string, digest: string, key = 'k1') => ({
  environment: 'prod',
  secret_path: '/',
  secret_key: `KEY_${id}`,
  secret_id: id,
  key_id: key,
  digest,
});
const verdict = (id: string) => ({
  environment: 'prod',
  secret_path: '/',
  secret_key: id,
  secret_id: id,
  rule_name: 'rule',
  constraint_type: 'Minimum length',
  violation: 'too short',
});
const at = { source: 'main', orgId: 'o', projectId: 'p1' };
const noted = (source: string, kind: 'digests' | 'rules', projectId: string): Promise<void> =>
  recordPoll(test.store, {
    source,
    kind,
    projectId,
    startedAt: 1,
    finishedAt: 2,
    error: null,
    items: 0,
    changed: 0,
    gone: 0,
  });
const digests = async (): Promise<string[]> =>
  (
    await test.store.rows(
      sql`SELECT concat(source, ' ', project_id, ' ', secret_id, ' ', digest) AS text FROM ${test.store.table('secret_digests')} ORDER BY text`,
      { surface: 'state' },
    )
  ).map(({ text }) => String(text));
const parts = async (): Promise<number> =>
  Number(
    (
      await test.store.rows(
        sql`SELECT sum(rows) AS rows FROM system.parts WHERE active AND table = 'secret_digests'`,
        { surface: 'state' },
      )
    )[0]?.rows,
  );

it('holds the rows of the last poll of each project and no others', async () => {
  await replaceDigests(test.store, at, [row('a', 'x'), row('b', 'y')]);
  await replaceDigests(test.store, { ...at, projectId: "p'2" }, [row('c', 'x')]);
  await replaceDigests(test.store, at, [row('b', 'z')]);
  expect(await digests()).toEqual(['main p1 b z', "main p'2 c x"].sort());
  // Not only hidden: the rows of the poll before are not there.
  expect(await parts()).toBe(2);
  await replaceDigests(test.store, at, []);
  expect(await digests()).toEqual(["main p'2 c x"]);
});

it('drops digests of another key and verdicts of sources without rules', async () => {
  await replaceDigests(test.store, at, [row('a', 'x', 'k2')]);
  await replaceVerdicts(test.store, at, [verdict('a')]);
  await replaceVerdicts(test.store, { ...at, source: 'other' }, [verdict('b')]);
  await noted('main', 'rules', 'p1');
  await noted('other', 'rules', 'p1');
  await dropOutdated(test.store, { keyIds: { main: 'k2' }, ruled: ['main'] }, 3);
  expect(await digests()).toEqual(['main p1 a x']);
  expect(
    await test.store.rows(
      sql`SELECT source FROM ${test.store.table('rule_verdicts')} ORDER BY source`,
      { surface: 'state' },
    ),
  ).toEqual([{ source: 'main' }]);
});

it('forgets the digests of one source, or all, and says of how many secrets', async () => {
  await replaceDigests(test.store, { ...at, source: 'other' }, [row('d', 'x')]);
  for (const source of ['main', 'other']) await noted(source, 'digests', 'p1');
  expect(await forgetDigests(test.store, 'main', 4)).toBe(1);
  expect(await digests()).toEqual(['other p1 d x']);
  expect(await forgetDigests(test.store, null, 5)).toBe(1);
  expect(await digests()).toEqual([]);
});
