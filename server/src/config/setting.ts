import { z } from 'zod';

/** One thing a user can set: where, what is allowed, and what holds when it is not set. */
export interface Setting<T> {
  /** Null for what only the file can express. */
  env: string | null;
  /** Path in secret-insights.yaml, with dots. */
  yaml: string;
  description: string;
  /** What is allowed, as the end of the sentence `{name} must be …`. */
  allowed: string;
  /** Takes text as the environment gives it, and what YAML makes of it. */
  schema: z.ZodType<T>;
  preset: T;
  /** The preset as a person would write it. */
  default: string;
  /** A literal value in the file is refused. */
  isSecret: boolean;
  /** Members of the entries of a list that are secrets, likewise. */
  secretMembers?: readonly string[];
  /** The schema's own messages complete `{name}[0].{member} …`; `allowed` would be too long to help. */
  explains?: boolean;
}

interface Place {
  env: string;
  yaml: string;
  description: string;
}

const unset = '(not set)';

export function text(place: Place, preset: string, allowed = 'text'): Setting<string> {
  return {
    ...place,
    allowed,
    preset,
    default: preset,
    isSecret: false,
    schema: z.string().trim().min(1),
  };
}

/** Tokens are looked up by their hash alone, so one that can be guessed protects nothing. */
export function token(place: Place): Setting<string | null> {
  return {
    ...place,
    allowed: 'at least 24 letters, digits or any of - . _ ~ + / =',
    preset: null,
    default: unset,
    isSecret: true,
    schema: z.string().regex(/^[A-Za-z0-9\-._~+/=]{24,}$/),
  };
}

export function password(place: Place): Setting<string> {
  return {
    ...place,
    allowed: 'text',
    preset: '',
    default: '(empty)',
    isSecret: true,
    schema: z.string(),
  };
}

export function integer(
  place: Place,
  { min, max, preset }: { min: number; max: number; preset: number },
): Setting<number> {
  return {
    ...place,
    allowed: `a whole number from ${min} to ${max}`,
    preset,
    default: String(preset),
    isSecret: false,
    schema: z.preprocess(
      (value) =>
        typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value,
      z.number().int().min(min).max(max),
    ),
  };
}

const bytesOf: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

function parseSize(value: unknown): unknown {
  const match = /^\s*(\d{1,12})\s*(B|KB|MB|GB)?\s*$/i.exec(String(value));
  const unit = bytesOf[(match?.[2] ?? 'B').toUpperCase()];
  return match && unit !== undefined ? Number(match[1]) * unit : value;
}

/** Bytes, as a plain number or `10 MB`. */
export function size(place: Place, preset: string, max: string): Setting<number> {
  const most = parseSize(max) as number;
  return {
    ...place,
    allowed: `a size from 1 KB to ${max}, such as 10 MB`,
    preset: parseSize(preset) as number,
    default: preset,
    isSecret: false,
    schema: z.preprocess(parseSize, z.number().int().min(1024).max(most)),
  };
}

export function choice<const C extends readonly [string, ...string[]]>(
  place: Place,
  choices: C,
  preset: C[number],
): Setting<C[number]> {
  return {
    ...place,
    allowed: `one of ${choices.join(', ')}`,
    preset,
    default: preset,
    isSecret: false,
    schema: z.enum(choices),
  };
}

const toFlag: Readonly<Record<string, boolean>> = {
  '1': true,
  true: true,
  '0': false,
  false: false,
};

export function flag(place: Place, preset: boolean): Setting<boolean> {
  return {
    ...place,
    allowed: 'true or false (1 or 0)',
    preset,
    default: String(preset),
    isSecret: false,
    schema: z.preprocess((value) => toFlag[String(value)] ?? value, z.boolean()),
  };
}

const toList = (value: unknown): unknown =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '')
    : value;

/** In the environment with commas, in the file as a list. */
export function texts(place: Place): Setting<string[]> {
  return {
    ...place,
    allowed: 'a list of texts',
    preset: [],
    default: '(none)',
    isSecret: false,
    schema: z.preprocess(toList, z.array(z.string().min(1))),
  };
}

export function choices<const C extends readonly [string, ...string[]]>(
  place: Place,
  offered: C,
  preset: C[number][],
): Setting<C[number][]> {
  return {
    ...place,
    allowed: `a list of any of ${offered.join(', ')}`,
    preset,
    default: preset.join(','),
    isSecret: false,
    schema: z.preprocess(toList, z.array(z.enum(offered))),
  };
}

/** Credentials in an address end up in logs and process lists; they have settings of their own. */
export function isPlainHttp(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password: secret } = new URL(address);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && secret === '';
}

/** An address without the slash at its end, so that paths can be appended. */
export function address(place: Place): Setting<string | null> {
  return {
    ...place,
    allowed: 'an address such as https://example.org:8443, without user and password in it',
    preset: null,
    default: unset,
    isSecret: false,
    schema: z
      .string()
      .trim()
      .refine(isPlainHttp)
      .transform((value) => value.replace(/\/+$/, '')),
  };
}

export interface Bind {
  host: string;
  port: number;
}

export function bind(place: Place, preset: Bind): Setting<Bind> {
  return {
    ...place,
    allowed: 'host:port, such as 127.0.0.1:8085 or [::1]:8085',
    preset,
    default: `${preset.host}:${preset.port}`,
    isSecret: false,
    schema: z
      .string()
      .trim()
      .regex(/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/)
      .transform((value) => {
        const colon = value.lastIndexOf(':');
        return {
          host: value.slice(0, colon).replace(/^\[|\]$/g, ''),
          port: Number(value.slice(colon + 1)),
        };
      })
      .refine(({ port }) => port <= 65_535),
  };
}
