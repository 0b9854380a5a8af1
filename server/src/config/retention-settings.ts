import { z } from 'zod';
import { integer } from './setting';
import type { Setting } from './setting';

export const retention = {
  projects: {
    env: null,
    yaml: 'retention.projects',
    description:
      'Projects, by id, whose single events are kept for fewer days than limits.raw_retention_days.',
    allowed: 'project ids with whole numbers of days from 1',
    preset: {},
    default: '(none)',
    isSecret: false,
    schema: z.record(z.string().min(1), z.number().int().min(1).max(36_500)),
  } satisfies Setting<Record<string, number>> as Setting<Record<string, number>>,
  pollDays: integer(
    {
      env: 'SECRET_INSIGHTS_RETENTION_POLL_DAYS',
      yaml: 'retention.poll_days',
      description:
        'Days that every attempt to ask a source is kept. Of older ones the first and the last that went well stay, and the newest, of each project and what was asked for.',
    },
    { min: 1, max: 36_500, preset: 90 },
  ),
};
