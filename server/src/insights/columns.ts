import type { Capability, ColumnDescription, ColumnType } from '../contract';
import type { Origin } from './knowledge';

/** A column of an insight: what it holds, and everything a reader needs to show it. */
export interface Column {
  type: ColumnType;
  title: string;
  description: string;
  /** A unit as Grafana names it: short, percentunit, s, dateTimeAsIso … */
  unit?: string;
  /** Names rather than measures: what an alert's labels are made of. Must not change between evaluations. */
  isKey?: boolean;
  /** Shown as the project's name; the value in SQL is its id. */
  isProject?: boolean;
  /** The capability one needs to see the values; others get null and a notice. */
  needs?: Capability;
  /** Null where nothing is known of this. */
  knownFrom?: Origin;
}

type Extra = Omit<Column, 'type' | 'title' | 'description'>;

const column =
  (type: ColumnType, defaults: Extra = {}) =>
  (title: string, description: string, extra: Extra = {}): Column => ({
    type,
    title,
    description,
    ...defaults,
    ...extra,
  });

export const time = column('time', { unit: 'dateTimeAsIso' });
export const label = column('string');
/** Text that names what a row is about. */
export const key = column('string', { isKey: true });
/** Whole, with thousands separators: an exact count is not shown as 16.3 K. */
export const count = column('integer', { unit: 'locale' });
export const share = column('number', { unit: 'percentunit' });
export const seconds = column('integer', { unit: 's' });
export const project = (): Column => ({
  type: 'string',
  title: 'Project',
  description:
    'Name of the project; its id where no name is known; empty for events of the organisation',
  isKey: true,
  isProject: true,
});
export const texts = column('strings');
export const boolean = column('boolean');
export const json = column('json');

export type Columns = Readonly<Record<string, Column>>;

export const describeColumns = (columns: Columns): ColumnDescription[] =>
  Object.entries(columns).map(([columnKey, { type, title, description, unit }]) => ({
    key: columnKey,
    type,
    title,
    description,
    ...(unit !== undefined && { unit }),
  }));
