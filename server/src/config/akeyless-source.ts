import { z } from 'zod';
import { isPlainHttp } from './setting';
import type { Setting } from './setting';
import { sourceName } from './source-name';

const akeylessSource = z
  .strictObject({
    name: sourceName,
    url: z
      .string()
      .trim()
      .refine(isPlainHttp)
      .transform((value) => value.replace(/\/+$/, ''))
      .default('https://api.akeyless.io'),
    access_id: z.string().trim().min(1).optional(),
    access_key: z.string().min(1).optional(),
    token: z.string().min(1).optional(),
    poll_minutes: z.number().int().min(5).max(1_440).default(60),
  })
  .refine(({ access_id: id, access_key: key, token }) =>
    token === undefined ? id !== undefined && key !== undefined : key === undefined,
  );
export type AkeylessSource = z.infer<typeof akeylessSource>;

export const akeylessSources = {
  env: null,
  yaml: 'sources.akeyless',
  description:
    'Connections to Akeyless, one for each account: its API or a gateway is asked for usage and inventory every `poll_minutes`, with an access key or a given token.',
  allowed:
    'a list of {name, url, access_id, access_key, poll_minutes} or {name, url, token, poll_minutes} with different names; poll_minutes from 5 to 1440',
  preset: [],
  default: '(none)',
  isSecret: false,
  secretMembers: ['access_key', 'token'],
  schema: z
    .array(akeylessSource)
    .refine((list) => new Set(list.map((each) => each.name)).size === list.length),
} satisfies Setting<AkeylessSource[]> as Setting<AkeylessSource[]>;
