import { z } from 'zod';
import type { ParamDescription } from '../contract';
import { instantIn } from '../time/instant';

/**
 * A parameter of an insight. The schema takes what a person, a URL or a Grafana variable may send
 * (numbers arrive as text there) and gives the typed value.
 */
export interface Param<T> {
  kind: ParamDescription['kind'];
  title: string;
  description: string;
  schema: z.ZodType<T>;
  /** What is allowed, as the end of the sentence `{param} must be …`. */
  allowed: string;
  default?: ParamDescription['default'];
  choices?: readonly string[];
  most?: number;
  min?: number;
  max?: number;
}

export type Params = Readonly<Record<string, Param<unknown>>>;
export type ParamValues<P extends Params> = {
  [K in keyof P]: P[K] extends Param<infer T> ? T : never;
};

export function choice<const C extends readonly [string, ...string[]]>(
  title: string,
  description: string,
  choices: C,
  preset: C[number],
): Param<C[number]> {
  return {
    kind: 'choice',
    title,
    description,
    choices,
    default: preset,
    allowed: `one of ${choices.join(', ')}`,
    schema: z.enum(choices).default(preset),
  };
}

export function integer(
  title: string,
  description: string,
  { min, max, preset }: { min: number; max: number; preset: number },
): Param<number> {
  return {
    kind: 'integer',
    title,
    description,
    min,
    max,
    default: preset,
    allowed: `a whole number from ${min} to ${max}`,
    schema: z.preprocess(
      (value) =>
        typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value,
      z.number().int().min(min).max(max).default(preset),
    ),
  };
}

/** One or more fields to group by; a list, or text with commas. */
export function dimensions<const D extends readonly [string, ...string[]]>(
  title: string,
  description: string,
  choices: D,
  { most, preset = [] }: { most: number; preset?: readonly D[number][] },
): Param<D[number][]> {
  return {
    kind: 'dimensions',
    title,
    description,
    choices,
    most,
    default: [...preset],
    allowed: `${most === 1 ? 'one' : `up to ${most}`} of ${choices.join(', ')}`,
    schema: z.preprocess(
      (value) => (typeof value === 'string' ? value.split(',') : value) ?? undefined,
      z
        .array(z.enum(choices))
        .max(most)
        .refine((list) => new Set(list).size === list.length)
        .default([...preset]),
    ),
  };
}

/** Yes or no. Grafana's variables and addresses send it as text. */
export function flag(title: string, description: string, preset: boolean): Param<boolean> {
  const text = preset ? 'true' : 'false';
  return {
    kind: 'choice',
    title,
    description,
    choices: ['true', 'false'],
    default: text,
    allowed: 'true or false',
    schema: z
      .preprocess(
        (value) => (typeof value === 'boolean' ? String(value) : value),
        z.enum(['true', 'false']).default(text),
      )
      .transform((value) => value === 'true'),
  };
}

/** Text of a fixed form; undefined where it is left out and there is no preset. */
export function text(
  title: string,
  description: string,
  { form, allowed }: { form: RegExp; allowed: string },
): Param<string | undefined> {
  return {
    kind: 'text',
    title,
    description,
    allowed,
    schema: z.string().regex(form).optional(),
  };
}

/** A moment, as people and dashboards write it. What it means is worked out where the time is known. */
export function instant(title: string, description: string): Param<string | undefined> {
  return {
    kind: 'instant',
    title,
    description,
    allowed:
      'a time such as 2026-11-20T09:30:00Z, epoch milliseconds, now or now-7d, from 1970 to 2200',
    schema: z.preprocess(
      (value) => (typeof value === 'number' ? String(value) : value),
      z
        .string()
        .refine((text) => instantIn(text, Date.now()) !== null)
        .optional(),
    ),
  };
}

export function describeParams(params: Params): ParamDescription[] {
  return Object.entries(params).map(([key, param]) => ({
    key,
    kind: param.kind,
    title: param.title,
    description: param.description,
    ...(param.default !== undefined && { default: param.default }),
    ...(param.choices && { choices: [...param.choices] }),
    ...(param.most !== undefined && { most: param.most }),
    ...(param.min !== undefined && { min: param.min }),
    ...(param.max !== undefined && { max: param.max }),
    schema: jsonSchemaOf(param),
  }));
}

/** Written from the declaration and not from zod: the schema there also takes text for numbers. */
function jsonSchemaOf(param: Param<unknown>): Record<string, unknown> {
  const preset = param.default === undefined ? {} : { default: param.default };
  if (param.kind === 'integer') {
    return { type: 'integer', minimum: param.min, maximum: param.max, ...preset };
  }
  if (param.kind === 'choice') return { type: 'string', enum: param.choices, ...preset };
  if (param.kind === 'dimensions') {
    return {
      type: 'array',
      items: { type: 'string', enum: param.choices },
      maxItems: param.most,
      uniqueItems: true,
      ...preset,
    };
  }
  return { type: 'string', ...preset };
}
