import { Presets, SingleBar } from 'cli-progress';
import { formatCount } from './terminal';

export interface ProgressDisplay {
  update: (done: number, events: number) => void;
  stop: () => void;
}

const plainLineEveryMs = 5_000;

/** A bar where a person watches, a line now and then where a log does. `total` is unknown for a pipe. */
export function progressDisplay(
  total: number | undefined,
  stream: NodeJS.WriteStream = process.stderr,
): ProgressDisplay {
  return stream.isTTY && total !== undefined ? bar(total, stream) : lines(total, stream);
}

function bar(total: number, stream: NodeJS.WriteStream): ProgressDisplay {
  const shown = new SingleBar(
    {
      format: '{bar} {percentage} %  {events} events  {duration_formatted}, {eta_formatted} to go',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      stream,
    },
    Presets.shades_classic,
  );
  shown.start(total, 0, { events: '0' });
  return {
    update: (done, events) => shown.update(done, { events: formatCount(events) }),
    stop: () => shown.stop(),
  };
}

function lines(total: number | undefined, stream: NodeJS.WriteStream): ProgressDisplay {
  let last = performance.now();
  return {
    update: (done, events) => {
      if (performance.now() - last < plainLineEveryMs) return;
      last = performance.now();
      const part = total ? ` (${Math.floor((100 * done) / total)} %)` : '';
      stream.write(`${formatCount(events)} events sent${part}\n`);
    },
    stop: () => undefined,
  };
}
