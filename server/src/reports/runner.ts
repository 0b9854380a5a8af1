import type { Logger } from 'pino';
import type { Row } from '../contract';
import { Failure } from '../failure';
import type { Insights } from '../insights/insights';
import { runInsight } from '../insights/run';
import type { DeliverOptions } from './deliver';
import { generateFiles } from './generate';
import type { Generated } from './generate';
import type { Links } from './links';
import { mailRun } from './mail-run';
import { generatedOf, parseManifest } from './manifest';
import type { ManifestBook } from './manifest';
import { sendNotice } from './notice';
import type { ReportFolder } from './report-folder';
import { insightsBehind } from './report-types';
import { removeOthers } from './row-keys';
import { isOver, outcomeOf } from './run';
import type { Delivery, Run } from './run';
import type { RunBook } from './run-book';

export interface RunnerDeps {
  book: RunBook;
  manifests: ManifestBook;
  folder: ReportFolder;
  links: Links;
  insights: Insights;
  settings: {
    rows: number;
    bom: boolean;
    mailBytes: number;
    subject: string;
    replyTo: string | null;
  };
  mailing: Omit<DeliverOptions, 'book' | 'now' | 'signal'>;
  version: string;
  now: () => number;
  log: Logger;
}

const runsAtOnce = 2;
/** A run that has ended the server this often is given up. */
const mostAttempts = 3;

/** Takes runs from being asked for to being mailed; a few at a time, in the order they came. */
export class Runner {
  readonly #deps: RunnerDeps;
  readonly #waiting: string[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
  }

  take(run: string): void {
    this.#waiting.push(run);
    this.#next();
  }

  /** For the start: what was being sent is unknown from now on, and everything else is taken up again. */
  async recover(): Promise<void> {
    const { book, now } = this.#deps;
    const at = new Date(now()).toISOString();
    const given = (delivery: Delivery): Delivery =>
      delivery.state === 'sending'
        ? { ...delivery, state: 'unknown', reason: 'The server ended while it was sent.', at }
        : delivery;
    for (const { id, recipients, notice } of book.list().reverse()) {
      const wasSending = recipients.some(({ state }) => state === 'sending');
      if (wasSending || notice?.state === 'sending') {
        await book.change(id, (run) => ({
          recipients: run.recipients.map(given),
          notice: run.notice && given(run.notice),
        }));
      }
      const run = book.get(id);
      if (!isOver(run)) this.take(id);
      else if (run.recipients.some(({ state }) => state === 'queued')) this.mailAgain(id);
      // A mail that was sent again by hand belongs to a run that is over.
      else if (wasSending) await book.change(id, outcomeOf);
    }
  }

  /** Waits for the mail that is being sent; what else is under way is taken up at the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#underWay);
  }

  /** Mails a run that is over once more, to the recipients that wait. */
  mailAgain(id: string): void {
    const { book, log } = this.#deps;
    const work = this.#mail(id)
      .catch(async (error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        await this.#refuseWaiting(id, error.message);
      })
      .then(() => book.change(id, outcomeOf))
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) log.error({ err: error, run: id }, 'a resend failed');
      })
      .then(() => void this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  #next(): void {
    while (this.#underWay.size < runsAtOnce && !this.#stop.signal.aborted) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      const work = this.#run(id).finally(() => {
        this.#underWay.delete(work);
        this.#next();
      });
      this.#underWay.add(work);
    }
  }

  async #run(id: string): Promise<void> {
    const { book, log } = this.#deps;
    if (book.find(id) === undefined) return;
    try {
      await this.#start(id);
      if (book.get(id).sequence === null) await this.#generate(id);
      await this.#mail(id);
      await this.#finish(id, outcomeOf(book.get(id)));
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (!(error instanceof Failure)) log.error({ err: error, run: id }, 'a report run failed');
      await this.#fail(id, error).catch((again: unknown) => {
        log.error({ err: again, run: id }, 'a failed report run could not be noted');
      });
    }
  }

  async #start(id: string): Promise<void> {
    const { book, now } = this.#deps;
    const { attempts } = await book.change(id, (run) => ({
      status: 'generating',
      started_at: run.started_at ?? new Date(now()).toISOString(),
      attempts: run.attempts + 1,
    }));
    if (attempts > mostAttempts) {
      throw new Failure('busy', `It was interrupted ${mostAttempts} times and is not tried again.`);
    }
  }

  async #generate(id: string): Promise<void> {
    const { book, manifests, folder, insights, settings } = this.#deps;
    const known = manifests.ofRun(id);
    const manifest = known?.text ? parseManifest(known.text) : null;
    if (known && manifest) {
      // The server ended between the manifest and the note of it: its files are there.
      await this.#noteFiles(id, generatedOf(manifest), known);
      return;
    }
    const run = book.get(id);
    const made = await generateFiles(run, {
      insights,
      folder,
      rows: settings.rows,
      bom: settings.bom,
      lastRun: this.#lastRunOf(run),
      signal: this.#stop.signal,
    });
    await this.#noteFiles(id, made, await this.#addManifest(run, made, null));
  }

  /** The run whose rows are known already: the schedule's newest that was completed. */
  #lastRunOf({ id, schedule }: Run): string | null {
    if (!schedule?.only_new) return null;
    const last = this.#deps.book
      .list()
      .find(
        (other) =>
          other.id !== id &&
          other.schedule?.id === schedule.id &&
          !other.schedule.is_trial &&
          other.status === 'completed',
      );
    return last?.id ?? null;
  }

  async #noteFiles(
    id: string,
    { files, unanswered }: Generated,
    { sequence, sha256 }: { sequence: number; sha256: string },
  ): Promise<void> {
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    await this.#deps.book.change(id, ({ schedule, recipients }) => ({
      files,
      unanswered,
      rows,
      bytes,
      sequence,
      manifest_sha256: sha256,
      // That nothing is known is not that nothing is there.
      recipients:
        rows === 0 && unanswered.length === 0 && schedule?.when_empty === 'skip' ? [] : recipients,
    }));
  }

  #mail(id: string): Promise<void> {
    return mailRun(id, this.#deps, this.#stop.signal);
  }

  async #finish(id: string, outcome: Pick<Run, 'status' | 'reason'>): Promise<void> {
    const { book, now } = this.#deps;
    const run = await book.change(id, ({ started_at: started, schedule, rows, recipients }) => {
      const at = now();
      const wasSkipped =
        rows === 0 && schedule?.when_empty === 'skip' && recipients.length === 0 && !outcome.reason;
      return {
        ...outcome,
        ...(wasSkipped && { reason: 'Nothing found, so it was not mailed, as the schedule asks.' }),
        finished_at: new Date(at).toISOString(),
        duration_ms: started === null ? null : Math.max(0, at - Date.parse(started)),
      };
    });
    const { schedule } = run;
    if (run.status === 'completed' && schedule?.only_new && !schedule.is_trial) {
      // From now on rows are new against this run, and no other.
      await removeOthers(this.#deps.folder.keysOf(schedule.id), (name) => name === run.id);
    }
    if (run.status === 'failed' || run.recipients.some(({ state }) => state === 'refused')) {
      await sendNotice(run, this.#deps);
    }
  }

  async #fail(id: string, error: unknown): Promise<void> {
    const { book, manifests } = this.#deps;
    const sentence =
      error instanceof Failure
        ? error.message
        : 'Something went wrong in the server; its log has more.';
    const run = book.get(id);
    if (run.sequence === null && manifests.ofRun(id) === undefined) {
      const nothing = { files: [], unanswered: [] };
      const entry = await this.#addManifest(run, nothing, sentence);
      await this.#noteFiles(id, nothing, entry);
    }
    await this.#refuseWaiting(id, 'The run failed.');
    await this.#finish(id, { status: 'failed', reason: sentence });
  }

  async #refuseWaiting(id: string, reason: string): Promise<void> {
    await this.#deps.book.change(id, ({ recipients }) => ({
      recipients: recipients.map((each) =>
        each.state === 'queued' ? { ...each, state: 'refused', reason } : each,
      ),
    }));
  }

  async #addManifest(
    run: Run,
    made: Generated,
    failure: string | null,
  ): ReturnType<ManifestBook['add']> {
    const { manifests, version, now } = this.#deps;
    return manifests.add({
      run,
      ...made,
      failure,
      coverage: failure === null ? await this.#coverage(run) : [],
      insightsOf: insightsBehind,
      version,
      at: new Date(now()).toISOString(),
    });
  }

  /** How fresh and complete the events of the project are. */
  async #coverage({ project }: Run): Promise<Row[]> {
    const { rows } = await runInsight(
      this.#deps.insights,
      {
        query: { insight: 'coverage' },
        surface: 'report',
        limit: 100,
        signal: this.#stop.signal,
      },
      { capabilities: new Set(['insights']), projects: project === '' ? null : [project] },
    );
    return rows;
  }
}
