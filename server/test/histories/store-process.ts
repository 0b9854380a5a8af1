/** A process of its own on a store, told what to do by its parent, until it is killed. */
import { openInsights } from '../../src/compose';
import type { OpenInsights } from '../../src/compose';
import { capabilities } from '../../src/contract';
import { runInsight } from '../../src/insights/run';
import { ingestInfisical } from '../../src/sources/infisical/ingest';
import { EmbeddedEngine } from '../../src/store/embedded-engine';
import type { Engine } from '../../src/store/engine';
import { KnownOrgs } from '../../src/store/known-orgs';
import { migrate } from '../../src/store/migrate';
import { Events } from '../../src/store/relations/events';
import { rawOnly } from '../../src/store/relations/plan';
import { Closer } from '../../src/store/rollups/closer';
import { bind, sql } from '../../src/store/sql';
import { StateLog } from '../../src/store/state-log';
import { Store } from '../../src/store/store';
import type { Answers, Command, Crash, Question } from './messages';

const day = 86_400_000;
let crash: Crash | undefined;
let now = 0;

const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

/** The engine, with the power cut that was asked for. */
function mortal(engine: Engine): Engine {
  const execute: Engine['execute'] = async (...statement) => {
    const planned = crash;
    if (planned) planned.statement--;
    const isIt = planned?.statement === 0;
    if (isIt && planned.moment === 'before') die();
    if (isIt && planned.moment === 'during') setImmediate(die);
    await engine.execute(...statement);
    if (isIt) die();
  };
  return {
    kind: engine.kind,
    select: (...statement) => engine.select(...statement),
    readLines: (...statement) => engine.readLines(...statement),
    execute,
    loadJson: (...load) => engine.loadJson(...load),
    close: () => engine.close(),
  };
}

async function main(path: string): Promise<void> {
  const engine = mortal(await EmbeddedEngine.open(path, 3));
  const store = new Store(engine, 'secret_insights', { seconds: 60, memoryBytes: 2e9 });
  await migrate(store);
  const insights = await openInsights({
    store,
    state: await StateLog.replay(store),
    auditLogTables: [],
    collectorIdentities: [],
    rows: 100_000,
    now: () => now,
  });
  const closer = new Closer({
    store,
    events: insights.events,
    closed: insights.closed,
    now: () => now,
    onError: (error) => {
      throw error;
    },
    sweepEveryMs: 0,
  });
  process.on('message', (command: Command) => {
    ({ now, crash } = command);
    carryOut({ store, insights, closer }, command)
      .then((answer) => process.send?.({ answer }))
      .catch((error: unknown) => process.send?.({ error: String(error) }));
  });
  process.send?.({ answer: 'open' });
}

interface Parts {
  store: Store;
  insights: OpenInsights;
  closer: Closer;
}

async function carryOut({ store, insights, closer }: Parts, command: Command): Promise<unknown> {
  const ingest = (file: string) =>
    ingestInfisical({ store, closed: insights.closed }, file, {
      source: 'stream',
      strict: true,
      retentionDays: 400,
      maxEvents: 100_000,
      now,
    });
  switch (command.kind) {
    case 'ingest':
      return ingest(command.file);
    case 'close':
      return closer.closeDue();
    case 'ingest-and-close':
      return Promise.all([closer.closeDue(), ingest(command.file)]);
    case 'ask':
      return answers(insights, command);
    case 'ask-and-close':
      return (await Promise.all([answers(insights, command), closer.closeDue()]))[0];
    case 'expire':
      return expire({ store, insights, closer }, command);
    case 'which-stored': {
      const ids = bind.texts(command.events.map(({ orgId, id }) => `${orgId} ${id}`));
      const rows = await store.rows(
        sql`SELECT DISTINCT concat(toString(orgId), ' ', toString(id)) AS key FROM ${store.table('infisical_events')} WHERE key IN ${ids}`,
        { surface: 'state' },
      );
      return rows.map(({ key }) => String(key));
    }
    case 'stop':
      await store.close();
      return 'stopped';
  }
}

async function answers(
  insights: OpenInsights,
  { questions, isRawToo }: { questions: readonly Question[]; isRawToo: boolean },
): Promise<Answers> {
  const raw = { ...insights, events: new Events(insights.vendor, rawOnly, new KnownOrgs()) };
  const found: Answers['answers'] = [];
  for (const { insight, params = {}, zone = 'UTC', range, collectors } of questions) {
    const settings = { ...insights.settings, collectorIdentities: collectors };
    const ask = (from: typeof raw) =>
      runInsight(
        { ...from, settings },
        { query: { insight, params, zone }, range },
        { capabilities: new Set(capabilities), projects: null },
      );
    found.push({ seam: await ask(insights), raw: isRawToo ? await ask(raw) : null });
  }
  return { answers: found };
}

/** As retention has to do it: only from closed days, where nothing is lost. @returns the days it took. */
async function expire(
  { store, insights, closer }: Parts,
  { project, before }: { project: string | null; before: number },
): Promise<number[]> {
  await closer.closeDue();
  const days = insights.closed.spans.filter(
    (span) => span.to - span.from === day && !span.isDirty && span.from < before,
  );
  for (const { from, to } of days) {
    const ofProject = project === null ? sql`1` : sql`projectId = ${bind.text(project)}`;
    await store.execute(
      sql`ALTER TABLE ${store.table('infisical_events')} DELETE WHERE createdAt >= ${bind.instant(from)} AND createdAt < ${bind.instant(Math.min(to, before))} AND ${ofProject}`,
      { surface: 'migration', settings: { mutations_sync: 2 } },
    );
  }
  return days.map(({ from }) => from);
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  process.send?.({ error: String(error) });
  process.exitCode = 1;
});
