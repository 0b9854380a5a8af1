import type { Insights } from '../insights/insights';
import { bind, identifier, join, sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { Asker } from '../store/store';
import { wholeWord } from '../store/rollups/words';
import { figuresOf, keysOf, rollups, timeOf } from '../store/rollups/tables';
import type { Rollup } from '../store/rollups/tables';

const asker: Asker = { surface: 'rollup', settings: { max_execution_time: 0, mutations_sync: 2 } };

/**
 * Gives every counted span that names the actor a new generation with the other name, as a recount
 * does: whole and at once. Then the old rows go.
 */
export async function renameInRollups(
  { store, closed }: Insights,
  actorId: string,
  pseudonym: string,
): Promise<{ renamed: number; left: number }> {
  const id = bind.text(actorId);
  const withActor = rollups.filter(({ columns }) => columns.includes('actor_id'));
  const generations = async (): Promise<Set<number>> => {
    const rows = await store.rows(
      join(
        withActor.map(
          ({ table }) =>
            sql`SELECT DISTINCT generation FROM ${store.table(table)} WHERE actor_id = ${id}`,
        ),
        'union all',
      ),
      asker,
    );
    return new Set(rows.map((row) => Number(row.generation)));
  };
  const named = await generations();
  let renamed = 0;
  for (const span of closed.spans.filter(
    ({ generation, isDirty }) => named.has(generation) && !isDirty,
  )) {
    const watch = closed.watch(span);
    const generation = await closed.nextGeneration();
    for (const rollup of rollups) {
      await store.execute(
        copyRenamed(store.table(rollup.table), rollup, span.generation, generation, id, pseudonym),
        asker,
      );
    }
    if (await closed.close(watch, generation)) renamed++;
  }
  const current = closed.generations;
  for (const { table } of withActor) {
    await store.execute(
      sql`ALTER TABLE ${store.table(table)} DELETE WHERE actor_id = ${id} AND generation NOT IN ${bind.integers([...current])}`,
      asker,
    );
  }
  return { renamed, left: [...(await generations())].length };
}

function copyRenamed(
  table: Sql,
  rollup: Rollup,
  from: number,
  to: number,
  id: Sql,
  pseudonym: string,
): Sql {
  const word = bind.text(pseudonym);
  const renamed = wholeWord([sql`actor_type`, word, word, sql`''`]);
  const names = [...Object.keys(timeOf(rollup)), ...keysOf(rollup), ...figuresOf(rollup)];
  const selected = names.map((name) =>
    name === 'actor' ? sql`if(actor_id = ${id}, ${renamed}, actor)` : identifier(name),
  );
  return sql`INSERT INTO ${table} (generation, ${join(names.map(identifier), 'comma')})
    SELECT ${bind.integer(to)}, ${join(selected, 'comma')} FROM ${table} WHERE generation = ${bind.integer(from)}`;
}
