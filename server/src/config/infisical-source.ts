import { z } from 'zod';
import { linkNames } from '../insights/links';
import { linearRegex } from '../linear-regex';
import { isPlainHttp } from './setting';
import type { Setting } from './setting';
import { sourceName } from './source-name';

const tableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be a plain name');
const someText = z.string('must be text').trim().min(1, 'must not be empty');

/** `${ENV}` gives digits as text. */
const whole = (min: number, max: number, preset: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
    z
      .number(`must be a whole number from ${min} to ${max}`)
      .int(`must be a whole number from ${min} to ${max}`)
      .min(min, `must be a whole number from ${min} to ${max}`)
      .max(max, `must be a whole number from ${min} to ${max}`)
      .default(preset),
  );

const onlyMembers =
  (known: string) =>
  (issue: { code?: string | undefined; keys?: readonly string[] | undefined }): string =>
    issue.code === 'unrecognized_keys'
      ? `must not have '${(issue.keys ?? []).join("', '")}': it may have ${known}`
      : `must be a mapping of ${known}`;

/** Hex or base64 of at least 32 bytes, as `openssl rand -hex 32` prints them; as bytes. */
const digestKey = z
  .string()
  .trim()
  .transform((text) =>
    /^(?:[0-9a-fA-F]{2})+$/.test(text)
      ? Buffer.from(text, 'hex')
      : /^[A-Za-z0-9+/]+={0,2}$/.test(text)
        ? Buffer.from(text, 'base64')
        : Buffer.alloc(0),
  )
  .refine(
    (key) => key.length >= 32 && new Set(key).size >= 16,
    'must be at least 32 random bytes in hex or base64: make one with `openssl rand -hex 32`',
  );

const template = z
  .string('must be an address')
  .trim()
  .refine(
    (text) =>
      isPlainHttp(text.replace(/\{\w+\}/g, 'x')) &&
      [...text.matchAll(/\{(\w+)\}/g)].every(([, name]) =>
        linkNames.some((known) => known === name),
      ),
    `must be an address of http or https, with any of ${linkNames.map((name) => `{${name}}`).join(' ')} in it`,
  );

const length = z
  .number('must be a whole number from 1')
  .int('must be a whole number from 1')
  .min(1, 'must be a whole number from 1')
  .max(1_000_000, 'must be at most 1000000')
  .optional();
const constraints = ['min_length', 'max_length', 'pattern', 'prefix', 'suffix', 'unique'] as const;

const rule = z
  .strictObject(
    {
      name: someText.max(200, 'must have at most 200 characters'),
      target: z.enum(['key', 'value'], 'must be key or value'),
      environment: someText.optional(),
      path: someText.optional(),
      min_length: length,
      max_length: length,
      pattern: someText
        .max(10_000, 'must have at most 10000 characters')
        .refine(
          (pattern) => linearRegex(pattern) !== null,
          'must be a pattern of RE2, which has neither look-around nor back references',
        )
        .optional(),
      prefix: someText.optional(),
      suffix: someText.optional(),
      unique: z.literal(true, 'must be true, or left out').optional(),
    },
    { error: onlyMembers(['name', 'target', 'environment', 'path', ...constraints].join(', ')) },
  )
  .refine(
    (each) => constraints.some((constraint) => each[constraint] !== undefined),
    `must ask for something: any of ${constraints.join(', ')}`,
  )
  .refine(
    ({ target, unique }) => target === 'value' || unique === undefined,
    'must have target value to be unique: the same key in several environments is no mistake',
  )
  .refine(
    ({ min_length: min, max_length: max }) => (min ?? 1) <= (max ?? Infinity),
    'must not have a min_length above its max_length',
  );
export type ValidationRule = z.infer<typeof rule>;

const members =
  'name, url, client_id, client_secret, projects, poll_minutes, requests_per_minute, audit_logs, links, digest_key, rules';

const source = z
  .strictObject(
    {
      name: sourceName,
      url: z
        .string('must be an address such as https://app.infisical.com')
        .trim()
        .refine(
          isPlainHttp,
          'must be an address such as https://app.infisical.com, without user and password in it',
        )
        .optional(),
      client_id: someText.optional(),
      client_secret: someText.optional(),
      projects: z.array(someText, 'must be a list of slugs or ids').min(1).optional(),
      poll_minutes: whole(1, 1_440, 15),
      // Half of the tightest limit of Infisical Cloud (120 a minute for secrets, on the free plan),
      // which counts every client behind the same address.
      requests_per_minute: whole(1, 10_000, 60),
      audit_logs: z
        .union(
          [z.literal('api'), z.strictObject({ database: tableName, table: tableName })],
          "must be api, or {database, table} of Infisical's own table",
        )
        .optional(),
      links: z
        .strictObject(
          { secret: template.optional(), rotation: template.optional() },
          { error: onlyMembers('secret, rotation') },
        )
        .optional(),
      digest_key: digestKey.optional(),
      rules: z.array(rule, 'must be a list of rules').default([]),
    },
    { error: onlyMembers(members) },
  )
  .refine((each) => {
    const parts = [each.url, each.client_id, each.client_secret];
    return parts.every((part) => part !== undefined) || parts.every((part) => part === undefined);
  }, 'must have url, client_id and client_secret together, or none of them')
  .refine(
    ({ url, audit_logs: logs, digest_key: key, rules, projects }) =>
      url !== undefined ||
      (logs !== 'api' && key === undefined && rules.length === 0 && projects === undefined),
    'must have url, client_id and client_secret for projects, audit_logs: api, digest_key and rules',
  )
  .refine(
    ({ digest_key: key, rules }) =>
      key !== undefined || rules.every(({ target }) => target === 'key'),
    'must have a digest_key for rules about values: it says that values may be read at all',
  );
export type InfisicalSource = z.infer<typeof source>;

/** A source whose API is asked. */
export type PolledSource = InfisicalSource & {
  url: string;
  client_id: string;
  client_secret: string;
};
export const isPolled = (each: InfisicalSource): each is PolledSource => each.url !== undefined;

export const infisicalSources = {
  env: null,
  yaml: 'sources.infisical',
  description:
    "Connections to Infisical. With `url`, `client_id` and `client_secret` of a machine identity its inventory is read every `poll_minutes`, as `docs/infisical-collector.md` describes. `audit_logs` is `api`, or names Infisical's own table on the same ClickHouse server, which is only read.",
  allowed: `a list of {${members}} with different names, each of letters, digits and . _ -`,
  preset: [],
  default: '(none)',
  isSecret: false,
  secretMembers: ['client_secret', 'digest_key'],
  explains: true,
  schema: z
    .array(source)
    .refine((list) => new Set(list.map((each) => each.name)).size === list.length),
} satisfies Setting<InfisicalSource[]> as Setting<InfisicalSource[]>;
