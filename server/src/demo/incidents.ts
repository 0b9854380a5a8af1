/** What happens only once: the things somebody looking at the figures should find. */
import { day, hour, isWeekend, minute, startOfDay, type Timeline } from './calendar';
import { anySecret, machineCalling, oneSecret, type Draft, type Place } from './drafts';
import { placesOf } from './machine-days';
import { machineOf, type Machine } from './machines';
import type { Random } from './random';

const runawayReads = 5_400;
const runawayStartsAt = 13 * hour + 5 * minute;
const runawayLasts = 4 * hour;

export function incidents(timeline: Timeline, random: Random): Draft[] {
  return [...runawayJob(timeline, random), ...machineInABrowser(timeline, random)];
}

/** The day of the runaway job: nine days ago, or the working day next to it. */
export function runawayDay({ now }: Timeline): number {
  const nineDaysAgo = startOfDay(now) - 9 * day;
  const candidates = [nineDaysAgo, nineDaysAgo + day, nineDaysAgo - day];
  return candidates.find((candidate) => !isWeekend(candidate)) ?? nineDaysAgo;
}

/** A job that lost its cache asks for every single value again and again, until it is stopped. */
function runawayJob(timeline: Timeline, random: Random): Draft[] {
  const reindexer = machineOf('catalogue-reindexer');
  const place = firstPlaceOf(reindexer);
  const start = runawayDay(timeline) + runawayStartsAt;
  return Array.from({ length: runawayReads }, () => {
    const at = start + Math.floor(random.next() * runawayLasts);
    const caller = machineCalling(reindexer, at, timeline);
    return { at, caller, ...oneSecret('get-secret', place, anySecret(place, random)) };
  });
}

/** Somebody used a machine's token by hand, in a browser, at night and from an unknown address. */
function machineInABrowser(timeline: Timeline, random: Random): Draft[] {
  const bot = machineOf('deploy-bot');
  const place = firstPlaceOf(bot);
  const at = startOfDay(timeline.daysAgo(5)) + 2 * hour + 41 * minute + 17_350;
  const caller = {
    ...machineCalling(bot, at, timeline),
    ip: '192.0.2.146',
    client: {
      userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
      userAgentType: 'web',
    },
  };
  return [{ at, caller, ...oneSecret('get-secret', place, anySecret(place, random)) }];
}

function firstPlaceOf(machine: Machine): Place {
  const [place] = placesOf(machine);
  if (!place) throw new Error(`The machine "${machine.name}" reads nothing.`);
  return place;
}
