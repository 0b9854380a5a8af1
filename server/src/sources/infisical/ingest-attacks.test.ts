import { writeFileSync } from 'node:fs';
import { ask, openTestStore } from '../../../test/harness';
import type { TestStore } from '../../../test/harness';
import { readEvent } from '../../../test/events';
import { Failure } from '../../failure';
import { bind, sql } from '../../store/sql';

const state = { surface: 'state' as const };

/** Bodies that were seen to be executed where they were glued to a statement. */
describe('bodies that try to be statements', () => {
  let test: TestStore;
  let secretFile: string;

  beforeAll(async () => {
    test = await openTestStore();
    secretFile = test.spool('a file of this host');
    await test.ingest([readEvent()]);
  });
  afterAll(() => test.close());

  const everything = async () => {
    // Empty tables that the next body is staged in come and go.
    const tables = await test.store.rows(
      sql`SELECT database, name FROM system.tables WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema')
            AND NOT (database = ${bind.text(test.store.database)} AND startsWith(name, 'staging_') AND total_rows = 0) ORDER BY database, name`,
      state,
    );
    const { rows } = await ask(await test.insights(), 'access-totals');
    return { tables, rows };
  };

  const event = JSON.stringify(readEvent());
  const drop = 'DROP TABLE secret_insights.infisical_events';
  const bodies: [string, () => string][] = [
    ['a statement after an event', () => `${event}\n\n;${drop}`],
    ['a statement after an array', () => `[${event}]\n\n;${drop}`],
    ['a statement after a comment', () => `${event}\n\n; -- \n${drop};`],
    ['a statement alone', () => `;${drop}`],
    ['a statement in a comment', () => `/* x */ ${drop}`],
    ['a statement after a NUL', () => `${event}\0;${drop}`],
    ['another format', () => `${event}\nFORMAT CSV\n1,2,3`],
    [
      'another insert',
      () => `INSERT INTO secret_insights.infisical_events FORMAT JSONEachRow ${event}`,
    ],
    [
      'a file of the host',
      () => `${event}\n\n;SELECT * FROM file('${secretFile}', 'LineAsString')`,
    ],
    [
      'an insert from a file of the host',
      () =>
        `${event}\n\n;INSERT INTO secret_insights.projects SELECT generateUUIDv4(), 'x', line, '', now64(3) FROM file('${secretFile}', 'LineAsString')`,
    ],
    ['a new table', () => `[${event}]\n\n;CREATE TABLE default.mine (a Int8) ENGINE = Memory`],
    ['a setting', () => `${event}\n\n;SET param_p0 = 'x'`],
    ['an end of quotes', () => `'; ${drop}; --`],
    ['a template of the client', () => `{p0:String}`],
  ];

  it.each(bodies)('%s is refused and not executed', async (_, body) => {
    const before = await everything();
    const refused = await test.ingestBody(body()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Failure);
    expect((refused as Failure).status).toBe(400);
    expect((refused as Failure).message).not.toContain('DROP');
    expect(await everything()).toEqual(before);
  });

  const values = [
    `'; ${drop}; --`,
    `"}\n\n;${drop}`,
    '{p0:String}',
    '{p0:Identifier}',
    `\\'); ${drop}; --`,
    '${drop}',
    '`; SELECT 1',
    '/* */ -- #',
    'FORMAT JSONEachRow {"id":1}',
  ];

  it.each(values)('a value %j is a value, in events and in questions', async (value) => {
    const before = await everything();
    const answer = await test.ingest([
      readEvent({
        eventType: 'create-secret',
        actor: 'service',
        actorMetadata: { name: value, [value]: value },
        eventMetadata: { environment: value, [value]: value },
        projectId: value,
        projectName: value,
        userAgent: value,
        ipAddress: value,
      }),
    ]);
    expect(answer.stored).toBe(1);
    const filters = [
      { field: 'environment', op: 'in' as const, values: [value] },
      { field: `metadata.${value}`, op: 'contains' as const, values: [value] },
      { field: 'actor', op: 'in' as const, values: [value] },
      { field: 'project', op: 'in' as const, values: [value] },
    ].filter(({ field }) => !field.includes('.', 'metadata.'.length));
    const { rows } = await ask(await test.insights(), 'access-breakdown', {
      filters,
      params: { reads: 'access-log', by: 'project,user_agent' },
    });
    expect(rows).toMatchObject([{ project: value, user_agent: value, reads: 1 }]);
    expect((await everything()).tables).toEqual(before.tables);
  });

  it('reads the body from its file and never from a name in it', async () => {
    const named = test.spool('[]');
    writeFileSync(
      named,
      JSON.stringify([{ ...readEvent(), eventMetadata: `file('${secretFile}')` }]),
    );
    expect(
      await test.ingestBody(JSON.stringify(named)).catch((error: unknown) => error),
    ).toMatchObject({ status: 400 });
  });
});
