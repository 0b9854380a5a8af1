import { demoEvents, type InfisicalEvent } from './events';
import { organisation, projects, rotations } from './organisation';

const day = 86_400_000;
const hour = 3_600_000;
// A Friday noon, not long after the clocks in Europe changed.
const now = new Date('2026-11-20T12:34:56.789Z');
const story = [...demoEvents({ now })];

const uuidVersion7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const anyUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const isoWithMilliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const readTypes = new Set([
  'get-secrets',
  'get-secret',
  'dashboard-get-secret-value',
  'dashboard-get-secret-version-value',
  'get-secret-rotation-generated-credentials',
  'create-dynamic-secret-lease',
]);

const isRead = (event: InfisicalEvent): boolean => readTypes.has(event.eventType);
const timeOf = (event: InfisicalEvent): number => Date.parse(event.createdAt);
const ageOf = (event: InfisicalEvent): number => now.getTime() - timeOf(event);

describe('the made-up events', () => {
  it('are at least 200,000 in 90 days and today', () => {
    expect(story.length).toBeGreaterThanOrEqual(200_000);
    expect(story.length).toBeLessThan(260_000);
    expect(story[0]?.createdAt.slice(0, 10)).toBe('2026-08-22');
  });

  it('have unique ids of version 7 that carry their time', () => {
    expect(new Set(story.map((event) => event.id)).size).toBe(story.length);
    const wrong = story.filter(({ id, createdAt }) => {
      const milliseconds = parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
      return !uuidVersion7.test(id) || milliseconds !== Date.parse(createdAt);
    });
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('are the same for the same options and others for another seed', () => {
    const options = { now, days: 12, seed: 7 };
    const once = JSON.stringify([...demoEvents(options)]);
    expect(JSON.stringify([...demoEvents(options)]) === once).toBe(true);
    expect(JSON.stringify([...demoEvents({ ...options, seed: 8 })]) === once).toBe(false);
  });

  it('say all times in ISO 8601 with milliseconds and belong to the organisation', () => {
    const wrong = story.filter(
      ({ createdAt, updatedAt, expiresAt, orgId }) =>
        ![createdAt, updatedAt, expiresAt].every((time) => isoWithMilliseconds.test(time)) ||
        expiresAt <= now.toISOString() ||
        orgId !== organisation.id,
    );
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('touch every project, and name it as its slug', () => {
    const seen = new Map(story.map((event) => [event.projectId, event.projectName]));
    for (const { id, slug } of projects) expect(seen.get(id)).toBe(slug);
    // Besides the four, only the organisation itself.
    expect(seen.size).toBe(projects.length + 1);
    const reminders = story.filter((event) => event.eventType === 'create-secret-reminder');
    expect(reminders.length).toBeGreaterThan(0);
    expect(reminders.filter((event) => 'projectId' in event)).toEqual([]);
  });

  it('know all six kinds of read, and secret ids in newer folder reads only', () => {
    expect(new Set(story.filter(isRead).map((event) => event.eventType))).toEqual(readTypes);
    const listings = story.filter((event) => event.eventType === 'get-secrets');
    expect(listings.some(({ eventMetadata }) => !('secretIds' in eventMetadata))).toBe(true);
    const miscounted = listings.filter(({ eventMetadata: { secretIds, numberOfSecrets } }) =>
      Array.isArray(secretIds) ? secretIds.length !== numberOfSecrets : !numberOfSecrets,
    );
    expect(miscounted.slice(0, 3)).toEqual([]);
  });

  it('show people less on weekends than on working days', () => {
    const perDay = { weekend: 0, workday: 0 };
    for (const event of story.filter(({ actor }) => actor === 'user')) {
      const weekday = new Date(event.createdAt).getUTCDay();
      if (weekday === 0 || weekday === 6) perDay.weekend += 1 / 2;
      else perDay.workday += 1 / 5;
    }
    expect(perDay.weekend).toBeGreaterThan(0);
    expect(perDay.weekend).toBeLessThan(perDay.workday / 3);
  });

  it('have Unknown as a small share of the last 30 days, and none in the last 25', () => {
    const recent = story.filter((event) => isRead(event) && ageOf(event) <= 30 * day);
    const unknown = recent.filter(
      ({ actor, actorMetadata }) => actor !== 'service' && !actorMetadata['authMethod'],
    );
    const share = unknown.length / recent.length;
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.1);
    expect(Math.min(...unknown.map(ageOf))).toBeGreaterThan(25 * day);
  });

  it('show machines moving away from universal-auth', () => {
    const shareOfUniversalAuth = (from: number, to: number): number => {
      const reads = story.filter(
        (event) =>
          event.actor === 'identity' && isRead(event) && ageOf(event) >= to && ageOf(event) < from,
      );
      const universal = reads.filter((e) => e.actorMetadata['authMethod'] === 'universal-auth');
      return universal.length / reads.length;
    };
    const before = shareOfUniversalAuth(50 * day, 40 * day);
    const after = shareOfUniversalAuth(2 * day, 0);
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(before / 2);
  });

  it('let the leaver read no more, and one machine read once from a browser', () => {
    const leaver = story.filter(
      (e) => e.actorMetadata['username'] === 'tom.barlow@harbour-finch.example',
    );
    expect(leaver.length).toBeGreaterThan(100);
    expect(Math.min(...leaver.map(ageOf))).toBeGreaterThan(17 * day);
    const odd = story.filter((e) => e.actor === 'identity' && e.userAgentType === 'web');
    expect(odd).toHaveLength(1);
  });

  it('hold nothing that looks like a secret value', () => {
    const suspicious = new Set<string>();
    for (const { actorMetadata, eventMetadata } of story) {
      inspect(actorMetadata, suspicious);
      inspect(eventMetadata, suspicious);
    }
    expect([...suspicious]).toEqual([]);
  });
});

describe.each([
  ['at noon on a working day', now],
  ['at night on a Sunday', new Date('2026-11-22T03:10:00.000Z')],
  ['just after midnight', new Date('2026-06-01T00:00:05.000Z')],
  ['on the last millisecond of a Monday', new Date('2027-03-29T23:59:59.999Z')],
])('a demo loaded %s', (_, loadedAt) => {
  const events = [...demoEvents({ now: loadedAt, days: 45 })];
  const attemptsOf = (name: string): InfisicalEvent[] => {
    const rotationId = rotations.find((rotation) => rotation.name === name)?.rotationId;
    expect(rotationId).toBeDefined();
    return events.filter(
      ({ eventType, eventMetadata }) =>
        eventType === 'secret-rotation-rotate-secrets' &&
        eventMetadata['rotationId'] === rotationId,
    );
  };

  it('runs in the order of time and ends now, with reads in the last hour', () => {
    const times = events.map(timeOf);
    expect(times.findIndex((time, index) => time < (times[index - 1] ?? 0))).toBe(-1);
    expect(times.at(-1)).toBeLessThanOrEqual(loadedAt.getTime());
    const live = events.filter((e) => isRead(e) && timeOf(e) > loadedAt.getTime() - hour);
    expect(live.length).toBeGreaterThan(10);
  });

  it('has one day about nine days ago with at least twice its neighbours', () => {
    const perDay = new Map<number, number>();
    for (const event of events) {
      const daysAgo = Math.floor(loadedAt.getTime() / day) - Math.floor(timeOf(event) / day);
      perDay.set(daysAgo, (perDay.get(daysAgo) ?? 0) + 1);
    }
    const [busiest, most] = [...perDay].reduce((one, other) => (other[1] > one[1] ? other : one));
    expect([8, 9, 10]).toContain(busiest);
    for (const neighbour of [busiest - 1, busiest + 1]) {
      expect(most).toBeGreaterThanOrEqual(2 * (perDay.get(neighbour) ?? Infinity));
    }
  });

  it('leaves one rotation failing for four days, last tried less than two hours ago', () => {
    const attempts = attemptsOf('payments-db-credentials');
    const failed = attempts.filter((event) => event.eventMetadata['status'] === 'failed');
    expect(attempts.at(-1)?.eventMetadata['status']).toBe('failed');
    expect(attempts.slice(-failed.length)).toEqual(failed);
    expect(failed).toHaveLength(4 * 6);
    const last = Math.max(...failed.map(timeOf));
    expect(loadedAt.getTime() - last).toBeLessThan(2 * hour);
    expect(attempts.length).toBeGreaterThan(failed.length);
  });

  it('has one rotation that failed once and recovered, and no other trouble', () => {
    const outcomes = attemptsOf('warehouse-loader-credentials').map(
      (e) => e.eventMetadata['status'],
    );
    expect(outcomes.slice(-3)).toEqual(['failed', 'success', 'success']);
    const troubled = rotations.filter(({ name }) =>
      attemptsOf(name).some((event) => event.eventMetadata['status'] === 'failed'),
    );
    expect(troubled.map(({ name }) => name)).toEqual([
      'payments-db-credentials',
      'warehouse-loader-credentials',
    ]);
  });

  it('tells the name of every rotation before its first attempt', () => {
    const named = new Set<unknown>();
    const nameless = events.filter(({ eventType, eventMetadata }) => {
      if (eventType === 'create-secret-rotation') named.add(eventMetadata['rotationId']);
      const attempted = eventType === 'secret-rotation-rotate-secrets';
      return attempted && !named.has(eventMetadata['rotationId']);
    });
    expect(nameless.slice(0, 3)).toEqual([]);
    expect(named.size).toBe(rotations.length);
  });
});

/** Adds whatever could be taken for a value of a secret. */
function inspect(metadata: unknown, suspicious: Set<string>): void {
  if (typeof metadata === 'string' && looksLikeValue(metadata)) suspicious.add(metadata);
  if (typeof metadata !== 'object' || metadata === null) return;
  for (const [key, value] of Object.entries(metadata)) {
    if (/^(secret)?value$/i.test(key)) suspicious.add(key);
    inspect(value, suspicious);
  }
}

function looksLikeValue(text: string): boolean {
  if (anyUuid.test(text) || isoWithMilliseconds.test(text)) return false;
  const knownShapes =
    /AKIA[0-9A-Z]{8}|sk_(live|test)_|gh[pousr]_|xox[abp]-|eyJ[\w-]{10}|-----BEGIN|:\/\//;
  // Names mix cases or digits at most a little; generated values mix all three.
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word.length >= 12);
  return (
    knownShapes.test(text) ||
    words.some((word) => [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(word)))
  );
}
