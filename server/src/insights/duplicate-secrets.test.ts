import { collectCopies, digestKey } from '../../test/collecting';
import type { Collecting } from '../../test/collecting';
import { ask, everyone } from '../../test/harness';
import type { Asked } from '../../test/harness';
import type { InfisicalStandIn } from '../../test/infisical-stand-in';
import type { StandInProject } from '../../test/infisical-world';
import { forgetDigests } from '../store/inventory/collected';
import { sql } from '../store/sql';

let standIn: InfisicalStandIn;
let at: Collecting;
const poll = collectCopies((opened) => ({ at, standIn } = opened));
const optedIn = { digest_key: digestKey };

/** The same from the stand-in's values themselves: groups of `project environment path key`. */
function groupsOf(
  projects: readonly StandInProject[],
  scope: 'project' | 'organisation',
): string[][] {
  const groups = new Map<string, string[]>();
  for (const { id, name, environments } of projects) {
    for (const { slug, secrets } of environments) {
      for (const { secretKey, secretValue, secretPath, type } of secrets) {
        if (type === 'personal' || secretValue === '' || secretValue.includes('${')) continue;
        const group = scope === 'project' ? `${id} ${secretValue}` : secretValue;
        const place = `${name} ${slug} ${secretPath} ${secretKey}`;
        groups.set(group, [...(groups.get(group) ?? []), place]);
      }
    }
  }
  return [...groups.values()].filter(({ length }) => length > 1).map((group) => group.sort());
}
const answered = async (asked: Asked = {}): Promise<string[][]> => {
  const { rows } = await ask(at.insights, 'duplicate-secrets', asked);
  const groups: string[][] = [];
  for (const row of rows) {
    const place = [row.project, row.environment, row.secret_path, row.secret_key].join(' ');
    (groups[Number(row.group_id) - 1] ??= []).push(place);
  }
  return groups.map((group) => group.sort());
};
const notices = async (): Promise<string[]> =>
  (await ask(at.insights, 'duplicate-secrets')).meta.notices.map(({ text }) => text);

describe('duplicate-secrets', () => {
  it('groups equal values of a project, and of the organisation', async () => {
    await poll(optedIn);
    for (const scope of ['project', 'organisation'] as const) {
      const groups = await answered({ params: { scope } });
      expect([...groups].sort()).toEqual(groupsOf(standIn.projects, scope).sort());
      // The largest group first.
      expect(groups.map(({ length }) => length)).toEqual(
        groups.map(({ length }) => length).sort((a, b) => b - a),
      );
    }
    const { rows } = await ask(at.insights, 'duplicate-secrets');
    expect(rows[0]).toEqual({
      group_id: 1,
      secret_key: 'D',
      project: 'SHOP',
      environment: 'dev',
      secret_path: '/',
      copies: 3,
    });
    expect(await notices()).toEqual([]);
  });

  it('shows and counts what the caller may see, and filters without losing the copies', async () => {
    await poll(optedIn);
    const caller = { ...everyone, projects: ['project-shop'] };
    const scope = { params: { scope: 'organisation' } };
    expect(await answered({ ...scope, caller })).toEqual([
      ['SHOP dev / D', 'SHOP prod / A', 'SHOP prod /b B'],
    ]);
    const { rows } = await ask(at.insights, 'duplicate-secrets', {
      ...scope,
      filters: [{ field: 'project', op: 'in', values: ['pay'] }],
    });
    expect(rows.map(({ secret_key, copies }) => [secret_key, copies])).toEqual([
      ['F', 2],
      ['G', 2],
      ['H', 2],
    ]);
  });

  it('is unknown without opt-in, and says so; no value was asked for', async () => {
    await poll();
    expect(await answered()).toEqual([]);
    expect(await notices()).toEqual([
      "Duplicates of source 'main' are unknown in 2 projects: set digest_key for it in the settings, which lets its collector read values and keep keyed digests of them.",
    ]);
    const asked = standIn.asked(/v4\/secrets/);
    expect(asked.map(({ query }) => query.viewSecretValue)).toEqual(['false', 'false', 'false']);
  });

  it('is unknown where values are hidden, in the projects where they are', async () => {
    const [, pay] = standIn.projects;
    if (pay) pay.hidesValues = true;
    await poll(optedIn);
    expect(await answered()).toHaveLength(1);
    expect(await notices()).toEqual([
      expect.stringMatching(/unknown in 1 project: The values of 3 secrets are hidden/),
    ]);
  });

  it('a new key replaces every digest; taken out, none is left', async () => {
    await poll(optedIn);
    const keys = async (): Promise<unknown> =>
      at.rows(sql`SELECT DISTINCT key_id FROM ${at.test.store.table('secret_digests')}`);
    const before = await keys();
    await poll({ digest_key: Buffer.from(digestKey.map((byte) => byte ^ 0xff)) });
    expect(await keys()).toHaveLength(1);
    expect(await keys()).not.toEqual(before);
    expect(await answered()).toHaveLength(2);
    await poll();
    expect(await keys()).toEqual([]);
    expect(await notices()).toEqual([
      expect.stringContaining('unknown in 2 projects: The source has no digest_key any more'),
    ]);
  });

  it('is unknown after digests were forgotten, until the next poll', async () => {
    await poll(optedIn);
    expect(await forgetDigests(at.test.store, 'main', at.clock())).toBe(8);
    at.pass(1_000);
    expect(await answered()).toEqual([]);
    expect(await notices()).toEqual([expect.stringContaining('Digests were forgotten by hand')]);
    await poll(optedIn);
    expect(await answered()).toHaveLength(2);
  });

  it('leaves no value, and no digest, where others are kept', async () => {
    await poll(optedIn);
    const digests = await at.rows(sql`SELECT digest FROM ${at.test.store.table('secret_digests')}`);
    const kept = JSON.stringify([
      await at.rows(sql`SELECT * EXCEPT hash FROM ${at.test.store.table('inventory_history')}`),
      await at.rows(sql`SELECT * FROM ${at.test.store.table('inventory_polls')}`),
      await at.rows(sql`SELECT * FROM ${at.test.store.table('state_log')}`),
      await at.rows(sql`SELECT * EXCEPT digest FROM ${at.test.store.table('secret_digests')}`),
    ]);
    expect(kept).not.toMatch(/same-\d|own-1/);
    expect(digests).toHaveLength(8);
    for (const { digest } of digests) expect(kept).not.toContain(digest);
    expect(JSON.stringify(await ask(at.insights, 'duplicate-secrets'))).not.toMatch(/same-\d/);
  });
});
