import { liveItems, openCollecting, sourceOf } from '../../../../test/collecting';
import type { Collecting } from '../../../../test/collecting';
import { InfisicalStandIn } from '../../../../test/infisical-stand-in';
import { organisation, project, rotation, secret } from '../../../../test/infisical-world';
import { sql } from '../../../store/sql';

let standIn: InfisicalStandIn;
let at: Collecting;
beforeEach(async () => {
  standIn = await InfisicalStandIn.start();
  standIn.projects = [
    project(
      'shop',
      { prod: [secret('A', 'value-of-a'), secret('B', 'value-of-b')], dev: [secret('C', 'c')] },
      { rotations: [rotation('main')] },
    ),
    project('pay', { prod: [secret('P', 'value-of-p', { secretPath: '/deep/er' })] }),
  ];
  at = await openCollecting();
});
afterEach(async () => {
  await at.close();
  await standIn.close();
});

const failures = (): string[] =>
  at.attempts.flatMap(({ kind, projectId, error }) =>
    error === null ? [] : [`${kind} ${projectId}: ${error}`],
  );
const poll = async (more: Parameters<typeof sourceOf>[1] = {}): Promise<void> => {
  at.attempts.length = 0;
  at.pass(60_000);
  await at.poll([sourceOf(standIn, more)]);
};
const ofProject = (items: string[], id: string): string[] =>
  items.filter((item) => item.includes(` project-${id} `));

describe('an inventory poll', () => {
  it('keeps what there is, and never asks for a value', async () => {
    await poll();
    expect(await liveItems(at)).toEqual(
      [
        'main project-pay environment prod prod',
        'main project-pay secret prod/deep/er P',
        'main project-shop environment dev dev',
        'main project-shop environment prod prod',
        'main project-shop rotation prod/db main',
        'main project-shop secret dev/ C',
        'main project-shop secret prod/ A',
        'main project-shop secret prod/ B',
      ].sort(),
    );
    expect(failures()).toEqual([]);
    const asked = standIn.asked(/secrets/);
    expect(asked).toHaveLength(3);
    for (const { query } of asked) {
      expect(query).toMatchObject({ viewSecretValue: 'false', include_imports: 'false' });
    }
    expect(at.insights.projects.idsOf('shop')).toEqual(['project-shop']);
    expect(at.insights.projects.nameOf('project-pay')).toBe('PAY');
  });

  it('keeps every column that posture needs, and no value anywhere', async () => {
    const [shop] = standIn.projects;
    shop?.environments[0]?.secrets.push(
      secret('D', 'canary-value', {
        rotationId: 'rotation-main',
        version: 7,
        secretComment: 'why',
      }),
    );
    await poll();
    const [item] = await at.rows(
      sql`SELECT vendor, org_id, id, type, versions, rotation_id, comment, toString(created_at) AS created, toString(updated_at) AS updated, gone
          FROM ${at.test.store.table('inventory_current')} WHERE name = 'D'`,
    );
    expect(item).toEqual({
      vendor: 'infisical',
      org_id: organisation,
      id: 'id-of-D',
      type: 'shared',
      versions: 7,
      rotation_id: 'rotation-main',
      comment: 'why',
      created: '2026-01-10 00:00:00.000',
      updated: '2026-02-10 00:00:00.000',
      gone: false,
    });
    const [found] = await at.rows(
      sql`SELECT state, type, secret_keys, rotation_interval, is_auto_rotated, toString(next_rotation_at) AS next, attributes
          FROM ${at.test.store.table('inventory_current')} WHERE kind = 'rotation'`,
    );
    expect(found).toMatchObject({
      state: 'success',
      type: 'postgres-credentials',
      secret_keys: ['DB_USER', 'DB_PASSWORD'],
      rotation_interval: 30,
      is_auto_rotated: true,
      next: '2026-04-04 04:30:00.000',
    });
    expect(JSON.parse(String(found?.attributes))).toMatchObject({
      rotate_at_utc: { hours: 4, minutes: 30 },
    });
    const whole = await at.rows(
      sql`SELECT * EXCEPT (hash) FROM ${at.test.store.table('inventory_history')}`,
    );
    expect(JSON.stringify(whole)).not.toContain('canary-value');
  });

  it('marks a secret that disappears as gone, and takes it back when it returns', async () => {
    await poll();
    const prod = standIn.projects[0]?.environments[0];
    const [first] = prod?.secrets.splice(0, 1) ?? [];
    await poll();
    expect(ofProject(await liveItems(at), 'shop')).not.toContain(
      'main project-shop secret prod/ A',
    );
    if (first) prod?.secrets.push(first);
    await poll();
    const history = await at.rows(
      sql`SELECT gone FROM ${at.test.store.table('inventory_history')} WHERE name = 'A' ORDER BY seen_at`,
    );
    expect(history.map(({ gone }) => gone)).toEqual([false, true, false]);
  });

  it('leaves a project whose answer fails as it was, and does the others', async () => {
    await poll();
    const before = ofProject(await liveItems(at), 'shop');
    standIn.projects[0]?.environments[1]?.secrets.push(secret('NEW', 'x'));
    standIn.projects[1]?.environments[0]?.secrets.push(secret('NEWER', 'x'));
    // The last environment of the project breaks off every time, after the first was read.
    const path = /v4\/secrets/;
    standIn.faults.push({ path, query: { environment: 'dev' }, times: 9, how: 'half' });
    await poll();
    expect(ofProject(await liveItems(at), 'shop')).toEqual(before);
    expect(await liveItems(at)).toContain('main project-pay secret prod/ NEWER');
    expect(failures()).toEqual([
      expect.stringMatching(/^inventory project-shop: .* broke off while it answered with the sec/),
    ]);
    standIn.faults.length = 0;
    await poll();
    expect(await liveItems(at)).toContain('main project-shop secret dev/ NEW');
    expect(failures()).toEqual([]);
  });

  it('gets the secrets where rotations are not in the plan', async () => {
    for (const each of standIn.projects) each.rotationsRefusedWith = 400;
    await poll();
    expect(await liveItems(at)).toContain('main project-shop secret prod/ A');
    expect(failures()).toEqual([
      expect.stringMatching(/^rotations project-shop: .*its version or its plan may not have/),
      expect.stringContaining('rotations project-pay'),
    ]);
  });

  it('tells a deleted project from one that was taken from the identity', async () => {
    await poll();
    const [, pay] = standIn.projects;
    if (pay) pay.isHidden = true;
    await poll();
    expect(ofProject(await liveItems(at), 'pay')).toHaveLength(2);
    expect(failures()).toEqual([
      expect.stringMatching(/^inventory project-pay: .* refuses project 'PAY' \(403\)/),
    ]);
    standIn.projects.pop();
    await poll();
    expect(ofProject(await liveItems(at), 'pay')).toEqual([]);
    expect(failures()).toEqual([]);
  });

  it('keeps to the projects of the settings, and says which it does not find', async () => {
    await poll();
    await poll({ projects: ['pay', 'unheard-of'] });
    expect(await liveItems(at)).toHaveLength(2);
    expect(failures()).toEqual([
      "projects : The machine identity of source 'main' sees no project 'unheard-of': correct projects in the settings, or add it there.",
    ]);
  });

  it('changes nothing where the list of projects cannot be had', async () => {
    await poll();
    const before = await liveItems(at);
    standIn.projects = [];
    await poll();
    standIn.faults.push({ path: /projects$/, times: 9, how: { status: 500 } });
    await poll();
    expect(await liveItems(at)).toEqual(before);
    expect(failures()).toEqual([expect.stringContaining('projects : Infisical at http')]);
  });

  it('reads two instances side by side, each as itself', async () => {
    const other = await InfisicalStandIn.start();
    other.projects = [project('shop', { prod: [secret('OTHER', 'x')] })];
    await at.poll([sourceOf(standIn), sourceOf(other, { name: 'eu' })]);
    const items = await liveItems(at);
    expect(items).toContain('eu project-shop secret prod/ OTHER');
    expect(items.filter((item) => item.startsWith('eu '))).toHaveLength(2);
    expect(items.filter((item) => item.startsWith('main '))).toHaveLength(8);
    await other.close();
  });

  it('stops in the middle of an answer, and calls that no failure', async () => {
    const collectors = await at.poll([sourceOf(standIn)]);
    at.attempts.length = 0;
    standIn.faults.push({ path: /v4\/secrets/, times: 1, how: 'hang' });
    at.pass(60_000);
    const polled = collectors.pollAll();
    setTimeout(() => void collectors.stop(), 200);
    await expect(polled).rejects.toThrow();
    expect(failures()).toEqual([]);
  });
});
