import type { ScopedVars } from '@grafana/data';
import type { Filter } from '../../server/src/contract';
import type { SecretInsightsQuery } from './types';

type Format = (value: unknown, variable?: { name?: string }) => string;

/** What is needed of Grafana's template service. */
export interface Templates {
  replace: (text: string, scopedVars: ScopedVars, format: Format) => string;
  /** Whether the viewer chose All in the variable of this name. */
  choosesAll: (name: string) => boolean;
}

interface Found {
  values: string[];
  all: boolean;
}

/** Stands for a variable while a text is replaced; the character cannot be typed. */
const marker = (index: number) => `\u0000${index}\u0000`;
const markers = new RegExp(marker(0).replace('0', '(\\d+)'));

/**
 * A format function sees a multi-value variable as the list it is, so values with commas, quotes and
 * braces stay whole, which no textual format guarantees.
 */
function read(text: string, scopedVars: ScopedVars, templates: Templates) {
  const found: Found[] = [];
  const marked = templates.replace(text, scopedVars, (value, variable) => {
    const name = variable?.name;
    found.push({
      values: (Array.isArray(value) ? value : [value]).map(String),
      // A repeated panel has one value of a variable whose own choice is All.
      all: Array.isArray(value) && name !== undefined && templates.choosesAll(name),
    });
    return marker(found.length - 1);
  });
  return { marked, found };
}

/** The values a text stands for; a variable that is not ready yet is empty, and that is no value. */
export function expand(text: string, scopedVars: ScopedVars, templates: Templates): string[] {
  const { marked, found } = read(text, scopedVars, templates);
  return combine(marked, found).filter((value) => value !== '');
}

/** `/app/$team/$stage` with two teams and two stages is four paths. */
function combine(text: string, found: Found[]): string[] {
  const match = markers.exec(text);
  if (match === null) {
    return [text];
  }
  const before = text.slice(0, match.index);
  const rests = combine(text.slice(match.index + match[0].length), found);
  const values = found[Number(match[1])]?.values ?? [];
  return values.flatMap((value) => rests.map((rest) => before + value + rest));
}

function standsForAll(text: string, scopedVars: ScopedVars, templates: Templates): boolean {
  const { marked, found } = read(text, scopedVars, templates);
  return marked === marker(0) && found[0]?.all === true;
}

/** A parameter that expands to nothing is left out, so that its default holds. */
export function expandParams(
  params: Record<string, unknown>,
  scopedVars: ScopedVars,
  templates: Templates,
): Record<string, unknown> {
  const expanded: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(params)) {
    if (typeof value === 'string') {
      const values = expand(value, scopedVars, templates);
      if (values.length > 0) {
        expanded[key] = values.length === 1 ? values[0] : values;
      }
    } else if (Array.isArray(value)) {
      const values = value.flatMap((item) => expand(String(item), scopedVars, templates));
      if (values.length > 0) {
        expanded[key] = values;
      }
    } else if (value !== undefined && value !== null) {
      expanded[key] = value;
    }
  }
  return expanded;
}

/**
 * A filter without values means All, and one without a field is not finished: both are left out. All
 * is not the list of all values either: a list can be cut, and has no entry for events without one.
 */
export function expandFilters(
  filters: Filter[],
  scopedVars: ScopedVars,
  templates: Templates,
): Filter[] {
  return filters
    .filter(
      ({ op, values }) =>
        op !== 'in' || !values.some((value) => standsForAll(value, scopedVars, templates)),
    )
    .map((filter) => ({
      ...filter,
      values: filter.values.flatMap((value) => expand(value, scopedVars, templates)),
    }))
    .filter((filter) => filter.field !== '' && filter.values.length > 0);
}

export function expandQuery(
  query: SecretInsightsQuery,
  scopedVars: ScopedVars,
  templates: Templates,
): SecretInsightsQuery {
  const zone = query.zone === undefined ? [] : expand(query.zone, scopedVars, templates);
  return {
    ...query,
    params: expandParams(query.params ?? {}, scopedVars, templates),
    filters: expandFilters(query.filters ?? [], scopedVars, templates),
    zone: zone[0],
  };
}
