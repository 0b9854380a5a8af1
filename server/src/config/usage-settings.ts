import { z } from 'zod';
import { integer, texts } from './setting';
import type { Setting } from './setting';

export const usage = {
  limits: {
    env: null,
    yaml: 'usage.limits',
    description:
      'Limits that usage is compared with and projected to, by name. The name product.figure, such as sm.total_clients, is the limit of that figure where none is named.',
    allowed: 'names with whole numbers from 1, such as sm.total_clients: 25',
    preset: {},
    default: '(none)',
    isSecret: false,
    schema: z.record(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}$/),
      z.number().int().min(1),
    ),
  } satisfies Setting<Record<string, number>> as Setting<Record<string, number>>,
  systemActions: texts({
    env: 'SECRET_INSIGHTS_USAGE_SYSTEM_ACTIONS',
    yaml: 'usage.system_actions',
    description:
      "Actions that usage leaves out as the platform's own, beside those that no actor is named for.",
  }),
  thinAfterDays: integer(
    {
      env: 'SECRET_INSIGHTS_USAGE_THIN_AFTER_DAYS',
      yaml: 'usage.thin_after_days',
      description: 'Days after which only the last usage snapshot of each UTC day is kept.',
    },
    { min: 1, max: 36_500, preset: 7 },
  ),
  keepDays: integer(
    {
      env: 'SECRET_INSIGHTS_USAGE_KEEP_DAYS',
      yaml: 'usage.keep_days',
      description: 'Days that usage snapshots are kept.',
    },
    { min: 31, max: 36_500, preset: 800 },
  ),
};
