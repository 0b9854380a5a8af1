import { capabilities } from '../src/contract';
import type { Row } from '../src/contract';
import type { Insights } from '../src/insights/insights';
import { insights as catalogue } from '../src/insights/catalogue';
import { runInsight } from '../src/insights/run';
import type { CellValue } from '../src/store/decode';
import type { Workload } from './events';
import { pairs } from './naive';
import type { Pair } from './naive';
import { median, progress, round } from './report';

export interface Answer {
  insight: string;
  zone: string;
  days: number;
  raw_ms: number;
  ours_ms: number;
  ratio: number;
  same: 'yes' | 'NO';
}

const caller = { capabilities: new Set(capabilities), projects: null };

/** Each insight and the hand-written question beside it, in turn, so that both meet the same machine. */
export async function compareAnswers(insights: Insights, workload: Workload): Promise<Answer[]> {
  const answers: Answer[] = [];
  const total = pairs.reduce((sum, { zones, ranges }) => sum + zones.length * ranges.length, 0);
  for (const { query, zones, ranges, raw: naive } of pairs) {
    for (const zone of zones) {
      for (const days of ranges.filter((each) => each <= workload.days)) {
        const range = { from: workload.until - days * 86_400_000, to: workload.until };
        const statement = naive({
          ...range,
          zone,
          table: insights.store.table('infisical_events'),
        });
        const raw = await timed(insights, 5, () =>
          insights.store.query(statement, { surface: 'insight' }),
        );
        const ours = await timed(insights, 7, () =>
          runInsight(insights, { query: { ...query, zone }, range }, caller),
        );
        answers.push({
          insight: nameOf(query),
          zone,
          days,
          raw_ms: round(raw.ms),
          ours_ms: round(ours.ms),
          ratio: round(raw.ms / ours.ms),
          same: isSame(raw.result.names, raw.result.rows, ours.result.rows) ? 'yes' : 'NO',
        });
        progress('answers', answers.length, total);
      }
    }
  }
  return answers;
}

const nameOf = ({ insight, params, filters = [] }: Pair['query']): string =>
  [
    insight,
    ...(params ? ['by', String(params.by)] : []),
    ...filters.map(({ field }) => `of one ${field}`),
  ].join(' ');

export interface OwnTime {
  insight: string;
  days: number;
  ours_ms: number;
  rows: number;
}

/** The insights that have no simple question beside them, over thirty days. */
export async function timeOthers(insights: Insights, workload: Workload): Promise<OwnTime[]> {
  const days = Math.min(30, workload.days);
  const range = { from: workload.until - days * 86_400_000, to: workload.until };
  const times: OwnTime[] = [];
  for (const { id } of catalogue.filter(
    (each) => !pairs.some(({ query }) => query.insight === each.id),
  )) {
    const { ms, result } = await timed(insights, 3, () =>
      runInsight(insights, { query: { insight: id }, range, limit: 1000 }, caller),
    );
    times.push({ insight: id, days, ours_ms: round(ms), rows: result.rows.length });
  }
  return times;
}

/** So that hundred million events end on the same day. */
const patienceMs = 15_000;

/** Without kept answers: what is timed is finding an answer, not having it. Once at least, after once untimed. */
async function timed<T>(
  { store }: Insights,
  runs: number,
  work: () => Promise<T>,
): Promise<{ ms: number; result: T }> {
  const end = performance.now() + patienceMs;
  let result = await work();
  const times: number[] = [];
  for (let run = 0; run < runs && (run === 0 || performance.now() < end); run++) {
    store.changed();
    const started = performance.now();
    result = await work();
    times.push(performance.now() - started);
  }
  return { ms: median(times), result };
}

/** Every figure that both name, summed over the rows, and the number of rows that counted something. */
function isSame(
  names: readonly string[],
  raw: readonly CellValue[][],
  ours: readonly Row[],
): boolean {
  const figures: Record<string, string> = {
    reads: 'reads',
    requests: 'requests',
    actors: 'actors',
    readers: 'readers',
    secrets: 'secrets_named',
  };
  const counted = ours.filter((row) => Number(row.reads ?? 0) > 0);
  return names.every((name, index) => {
    const key = figures[name];
    if (key === undefined) return true;
    const column = ours.some((row) => key in row) ? key : 'unique_actors';
    const theirs = raw.reduce((sum, row) => sum + Number(row[index]), 0);
    return theirs === counted.reduce((sum, row) => sum + Number(row[column]), 0);
  });
}
