/** One day of a machine: when it signs in and what it reads. */
import { clockOffset, day, hour, isWeekend, minute, type Timeline } from './calendar';
import {
  anySecret,
  authMethodAt,
  denied,
  machineCalling,
  oneSecret,
  readFolder,
  type Draft,
  type Happening,
  type Place,
} from './drafts';
import { fixedId } from './ids';
import type { Machine, Rhythm } from './machines';
import { folderOf, projectOf, projects } from './organisation';
import type { Random } from './random';

// Shares of a shop's traffic for each local hour: quiet nights, a lunch break, long evenings.
const shoppingHours = [
  3, 2, 1, 1, 1, 1, 2, 4, 6, 7, 8, 9, 11, 10, 8, 8, 8, 9, 11, 13, 14, 13, 9, 5,
];
const shoppersTimeZone = 'Europe/Berlin';
// How busy pipelines are from Sunday to Saturday: releases early in the week, none on Friday night.
const releasesByWeekday = [0.07, 0.95, 1.15, 1.1, 1.05, 0.75, 0.09];

/** A run of reads that begins with one sign-in. */
interface Session {
  readonly signIn: number;
  readonly reads: readonly number[];
}

export function machineDay(
  machine: Machine,
  dayStart: number,
  timeline: Timeline,
  random: Random,
): Draft[] {
  const places = placesOf(machine);
  const drafts: Draft[] = [];
  const add = (at: number, happening: Happening): void => {
    // Whatever would run past midnight is left out: days are told one at a time, in order.
    if (at < dayStart || at >= dayStart + day) return;
    drafts.push({ at, caller: machineCalling(machine, at, timeline), ...happening });
  };
  for (const { signIn, reads } of sessionsOf(machine.rhythm, places.length, dayStart, random)) {
    const login = loginOf(machine, signIn, timeline);
    if (login) add(signIn, login);
    reads.forEach((at, index) => {
      const place = places[index % places.length] as Place;
      add(
        at,
        random.chance(machine.singleSecretShare)
          ? oneSecret('get-secret', place, anySecret(place, random))
          : readFolder(place, at, timeline),
      );
    });
  }
  // Now and then a pipeline asks for a folder nobody gave it, and asks again and again.
  if (machine.rhythm.kind === 'commits' && !isWeekend(dayStart) && random.chance(0.12)) {
    const place = strangePlace(machine, random);
    const repeats = random.chance(0.5) ? random.whole(1, 40) : 0;
    add(dayStart + random.whole(8 * hour, 17 * hour), denied(place, 'readValue', repeats));
  }
  return drafts;
}

export function placesOf(machine: Machine): readonly Place[] {
  return machine.targets.map(({ project: slug, environment, path }) => {
    const project = projectOf(slug);
    return { project, environment, folder: folderOf(project, environment, path) };
  });
}

/** A production folder of a project the machine has no business in. */
function strangePlace({ targets }: Machine, random: Random): Place {
  const own = new Set(targets.map((target) => target.project));
  const project = random.pick(projects.filter(({ slug }) => !own.has(slug)));
  return { project, environment: 'prod', folder: random.pick(project.folders.prod) };
}

function loginOf(machine: Machine, at: number, timeline: Timeline): Happening | undefined {
  const method = authMethodAt(machine, at, timeline);
  // A token that was handed out once (token-auth, a service token) needs no sign-in.
  if (!method || method === 'token-auth') return undefined;
  // universal-auth -> identityUniversalAuthId
  const kind = method.charAt(0).toUpperCase() + method.slice(1, -'-auth'.length);
  return {
    eventType: `login-identity-${method}`,
    eventMetadata: {
      identityId: machine.id,
      [`identity${kind}AuthId`]: fixedId(`identity-auth/${machine.name}/${method}`),
      identityAccessTokenId: fixedId(`access-token/${machine.name}/${at}`),
    },
  };
}

function sessionsOf(
  rhythm: Rhythm,
  places: number,
  dayStart: number,
  random: Random,
): readonly Session[] {
  switch (rhythm.kind) {
    case 'polling':
      return pollingSessions(rhythm.everyMinutes, places, dayStart, random);
    case 'shoppers':
      return everyFewHours(shoppingMoments(rhythm.readsPerDay, dayStart, random), dayStart);
    case 'hourly':
      return Array.from({ length: 24 }, (_, index) =>
        burst(dayStart + index * hour + rhythm.minute * minute, rhythm.reads, random),
      );
    case 'nightly': {
      const start = dayStart + rhythm.hourUtc * hour + rhythm.minute * minute;
      return [burst(start, random.near(rhythm.reads), random)];
    }
    case 'commits':
      return commitSessions(rhythm.pipelinesPerDay, rhythm.readsPerPipeline, dayStart, random);
  }
}

/** An operator looks after all its folders on every round and signs in anew every six hours. */
function pollingSessions(
  everyMinutes: number,
  places: number,
  dayStart: number,
  random: Random,
): readonly Session[] {
  const moments: number[] = [];
  for (let round = dayStart; round < dayStart + day; round += everyMinutes * minute) {
    for (let index = 0; index < places; index += 1) {
      moments.push(round + random.whole(2_000, 9_000) + index * 120);
    }
  }
  return everyFewHours(moments, dayStart);
}

function everyFewHours(moments: readonly number[], dayStart: number): readonly Session[] {
  return [0, 6, 12, 18].map((startHour) => {
    const start = dayStart + startHour * hour;
    const reads = moments.filter((at) => at >= start && at < start + 6 * hour);
    return { signIn: (reads[0] ?? start + 1_000) - 400, reads };
  });
}

function shoppingMoments(readsPerDay: number, dayStart: number, random: Random): number[] {
  const offset = clockOffset(shoppersTimeZone, dayStart);
  const total = shoppingHours.reduce((sum, share) => sum + share, 0);
  const wanted = readsPerDay * (isWeekend(dayStart) ? 1.1 : 1);
  return Array.from({ length: 24 }, (_, utcHour) => {
    const localHour = (utcHour + offset / hour + 24) % 24;
    const reads = random.near((wanted * (shoppingHours[localHour] ?? 0)) / total);
    const start = dayStart + utcHour * hour;
    return Array.from({ length: reads }, () => start + random.whole(0, hour - 1));
  })
    .flat()
    .sort((a, b) => a - b);
}

function commitSessions(
  pipelinesPerDay: number,
  readsPerPipeline: number,
  dayStart: number,
  random: Random,
): readonly Session[] {
  const offset = clockOffset('Europe/London', dayStart);
  const usual = pipelinesPerDay * (releasesByWeekday[new Date(dayStart).getUTCDay()] ?? 1);
  return Array.from({ length: random.near(usual) }, () => {
    // Two draws make the middle of the day busier than its ends.
    const sinceEight = (random.next() + random.next()) * 5.5 * hour;
    const start = dayStart + 8 * hour - offset + Math.floor(sinceEight);
    return burst(start, random.near(readsPerPipeline), random);
  });
}

function burst(start: number, reads: number, random: Random): Session {
  const moments: number[] = [];
  const signIn = start + random.whole(200, 6_000);
  let at = signIn + random.whole(300, 1_500);
  for (let index = 0; index < reads; index += 1) {
    moments.push(at);
    at += random.whole(80, 4_000);
  }
  return { signIn, reads: moments };
}
