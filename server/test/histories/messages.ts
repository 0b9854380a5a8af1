import type { InsightResult } from '../../src/contract';
import type { FlatEvent } from '../events';

export interface Question {
  insight: string;
  params?: Record<string, unknown>;
  zone?: string;
  range: { from: number; to: number };
  collectors: readonly string[];
}

/** Kills the process around its n-th writing statement from now: its own way to meet a power cut. */
export interface Crash {
  statement: number;
  moment: 'before' | 'during' | 'after';
}

/** What the process that holds the store can be told to do, one thing at a time. */
export type Command = { now: number; crash?: Crash } & (
  | { kind: 'ingest'; file: string }
  | { kind: 'close' }
  | { kind: 'ingest-and-close'; file: string }
  | { kind: 'ask'; questions: readonly Question[]; isRawToo: boolean }
  | { kind: 'ask-and-close'; questions: readonly Question[]; isRawToo: boolean }
  | { kind: 'expire'; project: string | null; before: number }
  | { kind: 'which-stored'; events: readonly FlatEvent[] }
  | { kind: 'stop' }
);

export interface Answers {
  answers: { seam: InsightResult; raw: InsightResult | null }[];
}
