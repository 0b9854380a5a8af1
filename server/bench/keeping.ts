import { closerOf, insightsOn, roomy, withStore } from './bench-store';
import { fill } from './events';
import { printTable, progress, round } from './report';

/*
 * What keeping the rollups current costs while events stream in: `npx tsx server/bench/keeping.ts`. A day's events
 * lie there, and the clock goes on hour by hour, as if they had just come: each hour is counted when it
 * is over, and the day is added up from its hours at its end. Processor time is of the whole process,
 * merges included.
 */

const events = 5_000_000;
const hour = 3_600_000;
const day = 24 * hour;

async function main(): Promise<void> {
  await withStore('keeping', roomy, async (store) => {
    const until = Math.floor(Date.now() / day) * day;
    const workload = { events, days: 1, until, redelivered: events / 10 };
    await fill(store, workload, 0, (done) => progress('events in the store', done, events));
    let clock = until - day;
    const { insights } = await insightsOn(store, { now: () => clock });
    const closer = closerOf(insights);
    const before = process.cpuUsage();
    const started = performance.now();
    for (let passed = 1; passed <= 25; passed++) {
      // Some minutes later, when events of the hour have all come.
      clock = until - day + passed * hour + 5 * 60_000;
      await closer.closeDue();
      progress('hours passed', passed, 25);
    }
    const { user, system } = process.cpuUsage(before);
    const { spans } = insights.closed;
    const seconds = (user + system) / 1e6;
    printTable('Keeping rollups current', [
      {
        events,
        days_closed: spans.filter(({ from, to }) => to - from === day).length,
        seconds: round((performance.now() - started) / 1000),
        cpu_seconds: round(seconds),
        cpu_seconds_a_million: round(seconds / (events / 1e6)),
        share_of_a_core_at_1000_a_second: `${round((seconds / events) * 1000 * 100)} %`,
      },
    ]);
  });
}

void main();
