import { SelfAudit } from '../audit/self-audit';
import { readEvent } from '../../test/events';
import { ask, now, openTestStore, span } from '../../test/harness';
import type { TestStore } from '../../test/harness';
import { sql } from '../store/sql';
import { pseudonymise } from './pseudonymise';

const ann = {
  actor: 'user',
  actorMetadata: {
    userId: 'u-ann',
    email: 'ann"x"@example.com',
    username: 'ann',
    authMethod: 'email',
    permission: { auth: { mail: 'ann"x"@example.com' } },
  },
};
const range = span('2026-03-01T00:00:00Z', '2026-03-15T00:00:00Z');
const events = [
  readEvent({ ...ann, createdAt: '2026-03-02T12:00:00.000Z' }),
  readEvent({ ...ann, createdAt: '2026-03-14T12:00:00.000Z' }),
  readEvent({
    eventType: 'add-project-member',
    createdAt: '2026-03-03T12:00:00.000Z',
    eventMetadata: {
      userId: 'u-ann',
      email: 'ann"x"@example.com',
      userName: 'ann',
      note: 'ann',
      age: 3,
    },
  }),
  readEvent({
    createdAt: '2026-03-04T12:00:00.000Z',
    actorMetadata: { identityId: 'i-2', name: 'annabel' },
  }),
];

describe.each([false, true])('pseudonymising an actor (closed: %s)', (isClosed) => {
  let test: TestStore;

  beforeEach(async () => {
    test = await openTestStore();
    await test.ingest([...events, ...events.slice(0, 2)]);
    if (isClosed) await test.closeDue();
  });
  afterEach(() => test.close());

  it('leaves no trace of it anywhere, and no figure changed', async () => {
    const before = await test.insights();
    await (
      await new SelfAudit(test.store, () => now - 1_000).begin(
        { token: { name: 't' }, grafana: { user: 'ann', email: null } },
        {
          action: 'list',
          insight: 'events',
          filters: [{ field: 'actor', op: 'in', values: ['u-ann'] }],
        },
      )
    )(1);
    const totals = (await ask(before, 'access-totals', { range })).rows;
    const done = await pseudonymise(before, 'u-ann');
    expect(done).toMatchObject({ events: 2, mentions: 1, spans: isClosed ? 2 : 0 });

    const insights = await test.insights();
    expect((await ask(insights, 'access-totals', { range })).rows).toEqual(totals);
    const { rows } = await ask(insights, 'top-actors', { range });
    expect(rows.map(({ actor_name, reads }) => [actor_name, reads])).toEqual([
      [done.pseudonym, 2],
      ['annabel', 1],
    ]);
    const shown = await ask(insights, 'events', { range });
    expect(shown.rows.map(({ actor, actor_name }) => [actor, actor_name])).toContainEqual([
      done.pseudonym,
      done.pseudonym,
    ]);
    const member = shown.rows.find(({ event }) => event === 'add-project-member');
    expect(member?.event_metadata).toEqual({
      userId: done.pseudonym,
      email: done.pseudonym,
      userName: done.pseudonym,
      note: 'ann',
      age: 3,
    });
    const tables = await test.store.rows(
      sql`SELECT name FROM system.tables WHERE database = 'secret_insights' AND engine LIKE '%MergeTree'`,
      { surface: 'state' },
    );
    expect(tables.length).toBeGreaterThan(5);
    for (const { name } of tables) {
      const found = await test.store.rows(sql`SELECT * FROM ${test.store.table(String(name))}`, {
        surface: 'state',
      });
      expect(JSON.stringify(found)).not.toMatch(/u-ann|@example\.com/);
    }
  });

  it('says so where there is no such actor', async () => {
    await expect(pseudonymise(await test.insights(), 'nobody')).rejects.toThrow(
      "There is no event by an actor with the id 'nobody'.",
    );
  });
});
