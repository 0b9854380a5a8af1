import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Insights } from '../insights/insights';
import { knownZone } from '../insights/parse';
import { Failure, badParameter } from '../failure';
import type { StateLog } from '../store/state-log';
import type { ReportSettings } from '../config/config';
import { Addressing } from './addressing';
import type { Links } from './links';
import { ManifestBook } from './manifest';
import { newRun } from './new-run';
import { parseRecipients } from './recipients';
import type { ReportFolder } from './report-folder';
import { parseChoices, resolveChoice } from './report-request';
import type { RunRequest } from './report-request';
import { projectFor, requireVisible } from './requester';
import type { Requester } from './requester';
import { removeOldFiles } from './retention';
import { removeOthers } from './row-keys';
import { isOver } from './run';
import type { Run } from './run';
import { RunBook, noSuchRun } from './run-book';
import { Runner } from './runner';
import { ScheduleBook } from './schedule-book';
import { scheduledRun } from './scheduled-run';
import type { ScheduledRun } from './scheduled-run';
import { Scheduler } from './scheduler';
import { Schedules } from './schedules';
import type { Smtp } from './smtp';
import { verifyChain } from './verify';
import type { CheckedEntry } from './verify';

export interface ReportsDeps {
  insights: Insights;
  state: StateLog;
  settings: Omit<ReportSettings, 'linkKey' | 'schedules'>;
  folder: ReportFolder;
  links: Links;
  smtp: Smtp;
  /** Host of the sender's address, for Message-IDs. */
  mailHost: string;
  version: string;
  now: () => number;
  log: Logger;
  /** Pauses between tries to mail. */
  retryAfterMs?: readonly number[];
}

const minute = 60_000;
const patience = [5_000, 30_000, 3 * minute, 10 * minute];

/** Everything people do with reports: ask for them, look them up, download, send again, delete. */
export class Reports {
  readonly schedules: Schedules;
  readonly #deps: ReportsDeps;
  readonly #addressing: Addressing;
  readonly #runs: RunBook;
  readonly #manifests: ManifestBook;
  readonly #schedules: ScheduleBook;
  readonly #runner: Runner;
  readonly #scheduler: Scheduler;

  constructor(deps: ReportsDeps) {
    const { insights, state, settings, folder, links, smtp, version, now, log } = deps;
    this.#deps = deps;
    this.#addressing = new Addressing(settings.recipients, smtp);
    this.#runs = new RunBook(state);
    this.#manifests = new ManifestBook(state);
    this.#runner = new Runner({
      book: this.#runs,
      manifests: this.#manifests,
      folder,
      links,
      insights,
      settings,
      mailing: {
        smtp,
        allowList: settings.recipients,
        retryAfterMs: deps.retryAfterMs ?? patience,
      },
      version,
      now,
      log,
    });
    this.#schedules = new ScheduleBook(state);
    const schedules = this.#schedules;
    this.schedules = new Schedules({
      book: schedules,
      insights,
      allowList: settings.recipients,
      now,
    });
    this.#scheduler = new Scheduler({
      schedules,
      runs: this.#runs,
      runFor: (schedule, due) => this.#scheduled({ schedule, due, requestedBy: null }),
      take: (run) => this.#runner.take(run),
      tidy: () => this.#tidy(),
      now,
      log,
    });
  }

  /** Takes up what the last process left, then looks after the schedules. */
  async start(): Promise<void> {
    await this.#finishDeletions();
    await this.#runner.recover();
    this.#scheduler.start();
  }

  async stop(): Promise<void> {
    await this.#scheduler.stop();
    await this.#runner.stop();
  }

  /** Looks now what has come due, as the clock does every minute. */
  tick(): Promise<void> {
    return this.#scheduler.tick();
  }

  /** @throws Failure naming what is not allowed, or the run of the project that is under way. */
  async request(request: RunRequest, requester: Requester): Promise<Run> {
    const { insights, mailHost, now } = this.#deps;
    const { capabilities } = requester;
    const at = now();
    const run = newRun({
      seed: null,
      project: projectFor(insights, request.project, requester.projects),
      requestedAt: at,
      requestedBy: requester.name,
      ownerEmail: this.#addressing.owner(requester.email),
      rights: [...capabilities],
      schedule: null,
      zone: knownZone(request.zone, insights.zones),
      subject: request.subject ?? null,
      replyTo: request.reply_to ?? null,
      reports: parseChoices(request.reports).map((choice) =>
        resolveChoice(choice, { insights, capabilities, now: at }),
      ),
      recipients: this.#addressing.recipients(request, requester),
      mailHost,
    });
    await this.#runs.add(run);
    this.#runner.take(run.id);
    return run;
  }

  /** Runs a schedule now, for its own recipients or for others who want to see it first. */
  async sendNow(
    id: string,
    { recipients, to_me: toMe }: { recipients?: string | string[]; to_me?: boolean },
    requester: Requester,
  ): Promise<Run> {
    const schedule = this.schedules.get(id, requester);
    const others = toMe ? this.#addressing.own(requester) : parseRecipients(recipients ?? []);
    this.#addressing.requireMail(others.length > 0 ? others : schedule.recipients);
    const run = this.#scheduled({
      schedule,
      due: null,
      requestedBy: requester,
      ...(others.length > 0 && { recipients: others }),
    });
    await this.#runs.add(run);
    this.#runner.take(run.id);
    return run;
  }

  #scheduled(wanted: Omit<ScheduledRun, 'insights' | 'mailHost' | 'now'>): Run {
    const { insights, mailHost, now } = this.#deps;
    return scheduledRun({ ...wanted, insights, mailHost, now: now() });
  }

  /** Newest first. */
  list({ projects }: Requester): Run[] {
    const all = this.#runs.list();
    return projects === null ? all : all.filter(({ project }) => projects.includes(project));
  }

  /** @throws Failure `unknown`. */
  get(id: string, { projects }: Requester): Run {
    const run = this.#runs.get(id);
    requireVisible(run.project, projects, noSuchRun);
    return run;
  }

  /** Removes a run and its files; its number, its hash, who and when stay. */
  async remove(id: string, requester: Requester): Promise<void> {
    const run = this.get(id, requester);
    const { state } = run.recipients.find((each) => each.state === 'sending') ?? {};
    if (!isOver(run) || state !== undefined) {
      throw new Failure('conflict', 'This run is under way: wait until it is over.', {
        field: 'id',
      });
    }
    const at = new Date(this.#deps.now()).toISOString();
    await this.#manifests.forget(id, requester.name, at);
    await this.#runs.remove(id);
    await rm(this.#deps.folder.run(id), { recursive: true, force: true });
  }

  /** Whether the files of a run are still kept. */
  isKept({ id, files }: Run): boolean {
    return files.every(({ file }) => existsSync(this.#deps.folder.file(id, file)));
  }

  /** The text that was hashed; null while the run is under way. */
  manifest(run: Run): string | null {
    return this.#manifests.ofRun(run.id)?.text ?? null;
  }

  /** Where a file of a run lies. Counted before it is given. @throws Failure `unknown`. */
  async download(run: Run, file: string, counts: boolean): Promise<string> {
    const { folder, settings } = this.#deps;
    if (!run.files.some((each) => each.file === file)) {
      throw new Failure('unknown', 'This run has no file of this name.', { field: 'file' });
    }
    const path = folder.file(run.id, file);
    if (!existsSync(path)) {
      throw new Failure(
        'unknown',
        `This file is gone: files of reports are kept for ${settings.keepDays} days. Ask for the report again.`,
        { field: 'file' },
      );
    }
    if (counts) await this.#runs.change(run.id, ({ downloads }) => ({ downloads: downloads + 1 }));
    return path;
  }

  /** A file by the link of a mail. @throws Failure where the link is not ours or has expired. */
  async linkedDownload(link: Parameters<Links['check']>[0], counts: boolean): Promise<string> {
    this.#deps.links.check(link, this.#deps.now());
    return this.download(this.#runs.get(link.run), link.file, counts);
  }

  /** Mails a run that is over to those it may not have reached, or to the named ones of them. */
  async resend(
    id: string,
    recipients: string | string[] | undefined,
    requester: Requester,
  ): Promise<Run> {
    const run = this.get(id, requester);
    if (!isOver(run))
      throw new Failure('conflict', 'This run is under way: wait until it is over.');
    if (!existsSync(this.#deps.folder.summary(id)) || !this.isKept(run)) {
      throw new Failure('conflict', 'The files of this run are gone: ask for the report again.');
    }
    const named = parseRecipients(recipients ?? []);
    const unreached = run.recipients
      .filter(({ state }) => state === 'unknown' || state === 'refused')
      .map(({ address }) => address);
    const wanted = named.length > 0 ? named : unreached;
    const foreign = wanted.find((each) => !run.recipients.some(({ address }) => address === each));
    if (foreign !== undefined) {
      throw badParameter('recipients', `${foreign} is not a recipient of this run.`);
    }
    if (wanted.length === 0) {
      throw badParameter('recipients', 'It reached everybody: name those who are to get it again.');
    }
    this.#addressing.requireMail(wanted);
    const after = await this.#runs.change(id, (before) => {
      if (before.recipients.some(({ state }) => state === 'queued' || state === 'sending')) {
        throw new Failure('conflict', 'This run is being sent again already.');
      }
      return {
        recipients: before.recipients.map((each) =>
          wanted.includes(each.address) ? { ...each, state: 'queued', reason: null } : each,
        ),
      };
    });
    this.#runner.mailAgain(id);
    return after;
  }

  /** Checks the whole chain of evidence. What belongs to other projects is checked, not shown. */
  async verify({ projects }: Requester): Promise<{ ok: boolean; entries: CheckedEntry[] }> {
    const entries = await verifyChain(this.#manifests.list(), this.#deps.folder);
    const shown = entries.filter(
      ({ run }) => projects === null || projects.includes(this.#runs.find(run)?.project ?? ''),
    );
    return { ok: entries.every(({ state }) => state !== 'broken'), entries: shown };
  }

  async #tidy(): Promise<void> {
    const { folder, settings, now } = this.#deps;
    await removeOldFiles(this.#runs, folder, { keepDays: settings.keepDays, now: now() });
    await removeOthers(folder.keys, (schedule) => this.#schedules.find(schedule) !== undefined);
  }

  /** A deletion that was interrupted after it was noted. */
  async #finishDeletions(): Promise<void> {
    for (const { run, deleted } of this.#manifests.list()) {
      if (deleted && this.#runs.find(run)) await this.#runs.remove(run);
    }
  }
}
