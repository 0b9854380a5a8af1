import { findInsight } from '../insights/catalogue';
import { parseParams } from '../insights/parse';
import type { Row } from '../contract';
import type { ReportFolder } from './report-folder';
import { paramsFor } from './report-request';
import type { ReportInput } from './report-request';
import { findReportType } from './report-types';
import { RowKeys, SavedKeys } from './row-keys';
import type { Run } from './run';

/** Which rows of a report a schedule has not sent before, where it sends only those. */
export class News {
  readonly #columns: readonly string[];
  readonly #sent: SavedKeys | null;
  readonly #found: RowKeys | null;
  readonly #file: string;

  private constructor(
    columns: readonly string[],
    sent: SavedKeys | null,
    found: RowKeys | null,
    file: string,
  ) {
    this.#columns = columns;
    this.#sent = sent;
    this.#found = found;
    this.#file = file;
  }

  static async of(
    { id, schedule }: Run,
    input: ReportInput,
    { folder, lastRun }: { folder: ReportFolder; lastRun: string | null },
  ): Promise<News> {
    if (!schedule?.only_new) return new News([], null, null, '');
    const sent =
      lastRun === null
        ? null
        : await SavedKeys.load(folder.keysOfRun(schedule.id, lastRun, input.type));
    const file = folder.keysOfRun(schedule.id, id, input.type);
    return new News(keyColumns(input), sent, schedule.is_trial ? null : new RowKeys(), file);
  }

  isNew(row: Row): boolean {
    if (!this.#sent && !this.#found) return true;
    const key = RowKeys.of(row, this.#columns);
    // Of every row, sent or not: a row is new against the whole of the last run.
    this.#found?.add(key);
    return !this.#sent?.has(key);
  }

  async save(): Promise<void> {
    await this.#found?.save(this.#file);
  }
}

/** What a row is about; all of it where no column says so, as in an event. */
function keyColumns(input: ReportInput): string[] {
  const columns = findReportType(input.type).insights.flatMap((id) => {
    const insight = findInsight(id);
    return Object.entries(insight.columns(parseParams(insight, paramsFor(insight, input.params))));
  });
  const keys = columns.filter(([, { isKey }]) => isKey);
  return (keys.length > 0 ? keys : columns).map(([key]) => key);
}
