import { integer, size } from './setting';

const limit = (name: string, yaml: string, description: string) => ({
  env: `SECRET_INSIGHTS_LIMIT_${name}`,
  yaml: `limits.${yaml}`,
  description,
});

export const limits = {
  bodyBytes: size(limit('BODY', 'body', 'Largest body of events as it arrives.'), '10 MB', '1 GB'),
  unpackedBytes: size(
    limit('UNPACKED', 'unpacked', 'Largest body of events once unpacked.'),
    '100 MB',
    '10 GB',
  ),
  events: integer(limit('EVENTS', 'events', 'Most events in one body.'), {
    min: 1,
    max: 1_000_000,
    preset: 50_000,
  }),
  ingests: integer(
    limit(
      'INGESTS',
      'ingests',
      'Bodies of events taken in at the same time; more are asked to come again.',
    ),
    {
      min: 1,
      max: 64,
      preset: 4,
    },
  ),
  page: integer(limit('PAGE', 'page', 'Most entries of a list that is read page by page.'), {
    min: 1,
    max: 100_000,
    preset: 1_000,
  }),
  rows: integer(limit('ROWS', 'rows', 'Most rows of an answer.'), {
    min: 1,
    max: 10_000_000,
    preset: 100_000,
  }),
  querySeconds: integer(
    limit('QUERY_SECONDS', 'query_seconds', 'Longest time of a query in the database.'),
    {
      min: 1,
      max: 3_600,
      preset: 30,
    },
  ),
  queryMemoryBytes: size(
    limit('QUERY_MEMORY', 'query_memory', 'Most memory of a query in the database.'),
    '1 GB',
    '900 GB',
  ),
  connections: integer(
    limit(
      'CONNECTIONS',
      'connections',
      'Queries that run in the database at the same time; alerts have one more place.',
    ),
    {
      min: 1,
      max: 64,
      preset: 4,
    },
  ),
  waiting: integer(
    limit(
      'WAITING',
      'waiting',
      'Queries that may wait for their turn, counted apart for alerts, for screens and for files; more are asked to come again.',
    ),
    { min: 1, max: 10_000, preset: 200 },
  ),
  answerBytes: size(
    limit('ANSWERS', 'answers', 'Memory for answers that are kept for the next who asks the same.'),
    '64 MB',
    '16 GB',
  ),
  readSharePercent: integer(
    limit(
      'READ_SHARE',
      'read_share',
      "Part of the time, in percent, that may go into reading a connected table of Infisical's own for rollups.",
    ),
    { min: 1, max: 100, preset: 25 },
  ),
  rawRetentionDays: integer(
    limit(
      'RAW_RETENTION_DAYS',
      'raw_retention_days',
      'Age up to which single events are kept, and taken in.',
    ),
    { min: 1, max: 36_500, preset: 400 },
  ),
  wrongTokensPerMinute: integer(
    limit(
      'WRONG_TOKENS',
      'wrong_tokens',
      'Wrong tokens an address may show in a minute before it has to wait.',
    ),
    { min: 1, max: 10_000, preset: 10 },
  ),
};
