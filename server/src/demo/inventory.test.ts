import { openCollecting } from '../../test/collecting';
import type { Collecting } from '../../test/collecting';
import { ask, now } from '../../test/harness';
import { fillLink } from '../insights/links';
import { timelineUntil } from './calendar';
import { demoEvents } from './events';
import { startInfisicalApi } from './infisical-api';
import type { DemoInfisical } from './infisical-api';
import { projects, rotations } from './organisation';
import { lastDueOf } from './rotation-history';

const day = 86_400_000;
const story = new Date(now - 6 * 3_600_000);
const secrets = projects.flatMap(({ slug: project, folders }) =>
  Object.entries(folders).flatMap(([environment, list]) =>
    list.flatMap(({ path, secrets: inFolder }) =>
      inFolder.map((secret) => ({ ...secret, project, environment, path })),
    ),
  ),
);

let infisical: DemoInfisical;
let at: Collecting;
beforeAll(async () => {
  at = await openCollecting();
  infisical = await startInfisicalApi(story, at.clock);
  // Events of reminders and of changed secrets are all that posture takes from events.
  const told = [...demoEvents({ now: story })].filter(({ eventType }) =>
    /reminder|^update-secret/.test(eventType),
  );
  await at.test.ingest(told);
  await at.poll([infisical.source]);
}, 120_000);
afterAll(async () => {
  await infisical.stop();
  await at.close();
});

it('is read by the collector without a complaint', () => {
  expect(at.attempts.filter(({ error }) => error !== null)).toEqual([]);
  expect(new Set(at.attempts.map(({ kind }) => kind))).toEqual(
    new Set(['projects', 'inventory', 'rotations', 'digests', 'rules']),
  );
});

it('gives the summary the figures that the made-up organisation has', async () => {
  const time = at.clock();
  const timeline = timelineUntil(story.getTime(), 90);
  const nextOf = (rotation: (typeof rotations)[number]): number => {
    const step = rotation.trouble === 'failing' ? 1 : rotation.rotationInterval;
    let next = lastDueOf(rotation, timeline);
    if (rotation.trouble !== 'missed') while (next <= time) next += step * day;
    return next;
  };
  const isWithin = (due: number): boolean => due >= time && due <= time + 7 * day;
  const reminders = new Map<string, { due: number; repeats: number }>();
  for (const { eventType, eventMetadata } of demoEvents({ now: story })) {
    if (eventType !== 'create-secret-reminder') continue;
    let due = Date.parse(String(eventMetadata.nextReminderDate));
    const repeats = Number(eventMetadata.repeatDays ?? 0);
    while (repeats > 0 && due < time) due += repeats * day;
    reminders.set(String(eventMetadata.secretId), { due, repeats });
  }
  const dues = [...reminders.values()].map(({ due }) => due);

  const [row] = (await ask(at.insights, 'summary', {})).rows;
  expect(row).toMatchObject({
    upcoming_rotations: rotations.map(nextOf).filter(isWithin).length,
    failed_rotations: 1,
    overdue_rotations: 1,
    upcoming_reminders: dues.filter(isWithin).length,
    overdue_reminders: dues.filter((due) => due < time).length,
    total_secrets: secrets.length,
    rotations_badge: '1 failed',
  });
  // Something to see on every card, and not all of it bad.
  for (const column of ['upcoming_rotations', 'upcoming_reminders', 'overdue_reminders'])
    expect(Number(row?.[column])).toBeGreaterThan(1);
  expect(Number(row?.stale_secrets)).toBeGreaterThan(secrets.length / 20);
  expect(Number(row?.stale_secrets)).toBeLessThan(secrets.length / 2);
});

it('calls no secret stale that its events say was changed', async () => {
  const changed = new Set<unknown>();
  for (const { eventType, eventMetadata } of demoEvents({ now: story }))
    if (eventType === 'update-secret') changed.add(eventMetadata.secretId);
  const idOf = new Map(
    secrets.map(({ project, environment, path, key, id }) => [
      [project, environment, path, key].join(),
      id,
    ]),
  );
  // The story is shorter than this.
  const { rows } = await ask(at.insights, 'stale-secrets', { params: { stale_days: 92 } });
  const ids = rows.map(({ project, environment, secret_path: path, secret_key: key }) =>
    idOf.get([project, environment, path, key].join()),
  );
  expect(ids).not.toContain(undefined);
  expect(ids.length).toBeGreaterThan(20);
  expect(ids.filter((id) => changed.has(id))).toEqual([]);
});

it('has copies and broken rules, and says of each row where it is in Infisical', async () => {
  const { rows: copies } = await ask(at.insights, 'duplicate-secrets', {});
  const sameBefore = ['SENTRY_DSN', 'FEATURE_FLAGS_SDK_KEY', 'STRIPE_PUBLISHABLE_KEY'];
  const expected = secrets.filter(
    ({ key, environment }) =>
      key === 'ADMIN_DB_PASSWORD' || (sameBefore.includes(key) && environment !== 'prod'),
  );
  expect(copies).toHaveLength(expected.length);
  const { rows: violations } = await ask(at.insights, 'validation-violations', {});
  expect(
    violations.filter(({ rule_name: rule }) => rule === 'Admin passwords are long'),
  ).toHaveLength(3);
  expect(
    violations.filter(({ rule_name: rule }) => rule === 'Production shares no value'),
  ).toHaveLength(1);
  const { rows: failed } = await ask(at.insights, 'failed-rotations', {});
  const link = fillLink(infisical.source.links?.rotation, failed[0] ?? {});
  const answer = await fetch(String(link));
  expect(await answer.text()).toContain('payments-db-credentials');
});
