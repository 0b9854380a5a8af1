import { z } from 'zod';
import type { ParamDescription } from '../contract';

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
