import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expectCommitted } from '../../test/committed-file';
import { fixedEvents, fixedNow } from '../../test/fixed-events';
import { openInsights } from '../compose';
import { capabilities } from '../contract';
import type { InsightQuery } from '../contract';
import { describeCatalogue, defaultParams, insights as catalogue } from '../insights/catalogue';
import type { Insight } from '../insights/define';
import type { Insights } from '../insights/insights';
import { runInsight } from '../insights/run';
import { ingestInfisical } from '../sources/infisical/ingest';
import { EmbeddedEngine } from '../store/embedded-engine';
import { migrate } from '../store/migrate';
import { StateLog } from '../store/state-log';
import { Store } from '../store/store';
import { toFrames } from './frames';
import type { DataFrameJson } from './frames';

const owner = { capabilities: new Set(capabilities), projects: null };
const longAgo = { from: Date.parse('2020-01-01'), to: Date.parse('2020-01-03') };
const { version } = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'),
) as { version: string };

/** A series is split too, and what has a number can be alerted on. */
function otherLayout(insight: Insight): Partial<InsightQuery> {
  if (insight.shape === 'series') {
    return Object.hasOwn(insight.params, 'by')
      ? { params: { by: ['environment'] } }
      : { format: 'table' };
  }
  const columns = Object.values(insight.columns(defaultParams(insight)));
  const hasNumber = columns.some(({ type, isKey }) => !isKey && /^(integer|number)$/.test(type));
  return hasNumber && insight.shape !== 'logs' ? { format: 'numeric' } : { format: 'table' };
}

/** Files that the bridge's and the dashboards' own tests read: they must be what the server says. */
describe('the committed test data', () => {
  let folder: string;
  let store: Store | undefined;
  let insights: Insights;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'frames-'));
    const engine = await EmbeddedEngine.open(join(folder, 'store'), 2);
    const opened = new Store(engine, 'secret_insights', { seconds: 30, memoryBytes: 1e9 });
    store = opened;
    await migrate(opened);
    insights = await openInsights({
      store: opened,
      state: await StateLog.replay(opened),
      auditLogTables: [],
      collectorIdentities: [],
      rows: 1_000,
      now: () => fixedNow,
    });
    const body = join(folder, 'events.json');
    writeFileSync(body, JSON.stringify(fixedEvents));
    const { closed } = insights;
    const answer = await ingestInfisical({ store: opened, closed }, body, {
      source: 'infisical',
      strict: true,
      retentionDays: 400,
      maxEvents: 1_000,
      now: fixedNow,
    });
    expect(answer).toMatchObject({ stored: fixedEvents.length, rejected_total: 0 });
    await insights.projects.refresh();
  });

  afterAll(async () => {
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const framesOf = async (
    insight: Insight,
    query: Partial<InsightQuery>,
    refId: string,
    range?: { from: number; to: number },
  ): Promise<DataFrameJson[]> => {
    const asked = { query: { insight: insight.id, ...query }, ...(range && { range }) };
    const result = await runInsight(insights, asked, owner);
    const columns = insight.columns({ ...defaultParams(insight), ...query.params });
    const keys = Object.keys(columns).filter((key) => columns[key]?.isKey);
    return toFrames(result, { refId, shape: insight.shape, keys, ...query });
  };

  it.each(catalogue.map((insight) => [insight.id, insight] as const))(
    'has the frames of %s',
    async (id, insight) => {
      const other = otherLayout(insight);
      const results = {
        // As a panel asks, as a split series or an alert rule asks, and where there is nothing.
        A: { frames: await framesOf(insight, {}, 'A') },
        B: { frames: await framesOf(insight, other, 'B') },
        C: { frames: await framesOf(insight, {}, 'C', longAgo) },
      };
      expectCommitted(`testdata/frames/${id}.json`, { results });
    },
  );

  it('has no frames of insights that are gone', () => {
    const files = readdirSync(join(__dirname, '..', '..', 'testdata', 'frames'));
    expect(files.sort()).toEqual(catalogue.map(({ id }) => `${id}.json`).sort());
  });

  it('has the catalogue', () => {
    expectCommitted('testdata/catalogue.json', describeCatalogue(version, insights.events.fields));
  });
});
