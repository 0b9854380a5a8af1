import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Row } from '../contract';
import type { StateLog } from '../store/state-log';
import { findReportType } from './report-types';
import { reportFileSchema } from './run';
import type { Run } from './run';
import type { Generated } from './generate';

const kind = 'report-manifest';

/** What a run answered, and from what: enough to check its files later, or to ask the same again. */
const manifestSchema = z.object({
  format: z.literal('secret-insights-manifest/1'),
  sequence: z.number(),
  previous_sha256: z.string().nullable(),
  run: z.string(),
  requested_at: z.string(),
  requested_by: z.string(),
  project: z.string(),
  schedule: z.string().nullable(),
  generated_at: z.string(),
  server_version: z.string(),
  zone: z.string(),
  /** Why there are no files, where there are none. */
  failure: z.string().nullable(),
  reports: z.array(
    z.object({
      type: z.string(),
      insights: z.array(z.object({ id: z.string(), version: z.number() })),
      params: z.record(z.string(), z.unknown()),
      filters: z.array(z.unknown()),
      from: z.string(),
      to: z.string(),
      file: reportFileSchema.nullable(),
      /** Why there is no file of this one. */
      unanswered: z.string().nullable().default(null),
    }),
  ),
  /** How fresh and complete the events were when the files were made. */
  coverage: z.array(z.record(z.string(), z.unknown())),
});
export type Manifest = z.infer<typeof manifestSchema>;

const entrySchema = z.object({
  sequence: z.number(),
  run: z.string(),
  sha256: z.string(),
  previous_sha256: z.string().nullable(),
  /** The manifest as it was hashed, byte for byte; null once its run is deleted. */
  text: z.string().nullable(),
  deleted: z.object({ at: z.string(), by: z.string() }).nullable(),
});
export type ManifestEntry = z.infer<typeof entrySchema>;

export const sha256 = (text: string | Buffer): string =>
  createHash('sha256').update(text).digest('hex');

export interface ManifestParts extends Generated {
  run: Run;
  failure: string | null;
  coverage: readonly Row[];
  insightsOf: (type: string) => { id: string; version: number }[];
  version: string;
  at: string;
}

/**
 * The chain of evidence: each run's manifest has a number and the hash of the one before, so that none
 * can be changed or left out without the others showing it.
 */
export class ManifestBook {
  readonly #state: StateLog;
  readonly #entries: ManifestEntry[];
  #last: Promise<unknown> = Promise.resolve();

  constructor(state: StateLog) {
    this.#state = state;
    this.#entries = state
      .list(kind)
      .map(({ body }) => entrySchema.parse(body))
      .sort((a, b) => a.sequence - b.sequence);
  }

  list(): readonly ManifestEntry[] {
    return this.#entries;
  }

  ofRun(run: string): ManifestEntry | undefined {
    return this.#entries.find((entry) => entry.run === run);
  }

  /** Adds the manifest of a run that has none. */
  async add(parts: ManifestParts): Promise<ManifestEntry> {
    const added = this.#last.then(async () => {
      const before = this.#entries.at(-1);
      const sequence = (before?.sequence ?? 0) + 1;
      const previous = before?.sha256 ?? null;
      const text = `${JSON.stringify(describe(parts, sequence, previous), null, 2)}\n`;
      const entry: ManifestEntry = {
        sequence,
        run: parts.run.id,
        sha256: sha256(text),
        previous_sha256: previous,
        text,
        deleted: null,
      };
      await this.#write(entry);
      this.#entries.push(entry);
      return entry;
    });
    this.#last = added.catch(() => undefined);
    return added;
  }

  /** Leaves the number, the hash, who and when. */
  async forget(run: string, by: string, at: string): Promise<void> {
    const entry = this.ofRun(run);
    if (!entry || entry.deleted) return;
    const rest = { ...entry, text: null, deleted: { at, by } };
    await this.#write(rest);
    Object.assign(entry, rest);
  }

  async #write(entry: ManifestEntry): Promise<void> {
    await this.#state.append(kind, String(entry.sequence), entry);
  }
}

function describe(
  { run, files, unanswered, failure, coverage, insightsOf, version, at }: ManifestParts,
  sequence: number,
  previous: string | null,
): Manifest {
  return {
    format: 'secret-insights-manifest/1',
    sequence,
    previous_sha256: previous,
    run: run.id,
    requested_at: run.requested_at,
    requested_by: run.requested_by,
    project: run.project,
    schedule: run.schedule?.name ?? null,
    generated_at: at,
    server_version: version,
    zone: run.zone,
    failure,
    reports: run.reports.map(({ type, params, filters, from, to }) => ({
      type,
      insights: insightsOf(type),
      params,
      filters,
      from,
      to,
      file: files.find((file) => file.type === type) ?? null,
      unanswered: unanswered.find((each) => each.type === type)?.reason ?? null,
    })),
    coverage: coverage.map((row) => ({ ...row })),
  };
}

/** @returns null where the text is no manifest. */
export function parseManifest(text: string): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What was made, as its manifest has it. */
export const generatedOf = ({ reports }: Manifest): Generated => ({
  files: reports.flatMap(({ file }) => (file ? [file] : [])),
  unanswered: reports.flatMap(({ type, unanswered }) =>
    unanswered === null ? [] : [{ type, name: findReportType(type).name, reason: unanswered }],
  ),
});
