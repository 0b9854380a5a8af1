import type { Settings } from './engine';
import type { Lane } from './turns';

/** Who asks, for the database's own query log and for limits. Never holds a value from a request. */
export interface Asker {
  surface:
    | 'insight'
    | 'alert'
    | 'events'
    | 'fields'
    | 'report'
    | 'export'
    | 'ingest'
    | 'staging'
    | 'rollup'
    | 'migration'
    | 'state'
    | 'lease';
  insight?: string;
  signal?: AbortSignal;
  /** Overrides the common limits where a job knows better. */
  settings?: Settings;
}

/** What people wait for, and can ask for more of than the database can answer at once. */
export const laneOf: Partial<Record<Asker['surface'], Lane>> = {
  alert: 'alert',
  insight: 'screen',
  events: 'screen',
  fields: 'screen',
  report: 'file',
  export: 'file',
};

export const stateSurfaces: ReadonlySet<Asker['surface']> = new Set(['state', 'lease']);

/** What many ask alike. Files and pages of events are long, and asked for once. */
export const sharedSurfaces: ReadonlySet<Asker['surface']> = new Set([
  'insight',
  'alert',
  'fields',
]);

/** What no answer is made of: writing it changes none. Tables that one batch is staged in are dropped with it. */
export const unseenSurfaces: ReadonlySet<Asker['surface']> = new Set(['lease', 'staging']);
