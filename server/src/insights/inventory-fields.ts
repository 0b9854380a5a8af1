import { choice, integer } from './params';
import { count, key, label, project, texts, time } from './columns';
import type { Columns } from './columns';
import type { DefaultWindow } from './windows';

/** Where a thing is. */
export const placeFilters = ['source', 'org', 'project', 'environment', 'secret_path'] as const;
export const inventoryFilters = [...placeFilters, 'secret_key'] as const;

/** Posture is asked for at a moment; a range around it changes nothing. */
export const noWindow: DefaultWindow = {
  words: 'none: the answer is about the moment `as_of`',
  range: (now) => ({ from: now - 86_400_000, to: now }),
};

export const daysAheadParam = integer(
  'Days ahead',
  'Due within this many days of 24 hours, the last moment included',
  { min: 1, max: 365, preset: 7 },
);
export const lookbackParam = integer(
  'Days back',
  'Also due within this many days before; 90 is what the card of Infisical counts',
  { min: 0, max: 3650, preset: 0 },
);
export const staleDaysParam = integer(
  'Stale after',
  'Days of 24 hours without a change after which a secret is stale',
  { min: 1, max: 3650, preset: 90 },
);
export const recurringParam = choice(
  'Recurring reminders',
  'carried: one whose date has passed is due on its next date; as-stored: on the date the vendor last named',
  ['carried', 'as-stored'],
  'carried',
);

export const day = 86_400_000;

export const place = {
  project: project(),
  environment: key('Environment', 'Environment slug'),
  secret_path: key('Secret path', 'Folder'),
};
export const secretKey = key('Secret key', 'Name of the secret');
export const link = label(
  'Link',
  "Address in the vendor's own interface; empty where the source has no link template",
);

export const rotationColumns = {
  rotation_name: key('Rotation', 'Name of the rotation'),
  secret_keys: texts('Secret keys', 'Keys of the secrets that it writes'),
  ...place,
  next_rotation_at: time('Next rotation', 'When it is due; empty where it is not planned'),
  rotation_status: label(
    'Rotation status',
    "The vendor's own word for how the last one went; empty before the first",
  ),
  rotation_interval: count('Interval', 'Days between rotations', { unit: 'd' }),
  status: label('Status', 'In words: in 3 days, retries in 1h, failed'),
  link,
} satisfies Columns;

export const reminderColumns = {
  secret_key: secretKey,
  ...place,
  next_reminder_at: time('Next reminder', 'When it is due'),
  message: label('Message', 'What people wrote for themselves'),
  repeat_days: count('Repeats after', 'Days between its dates; empty where it comes once', {
    unit: 'd',
  }),
  status: label('Status', 'In words: in 3 days, overdue by 2 days'),
  link,
} satisfies Columns;
