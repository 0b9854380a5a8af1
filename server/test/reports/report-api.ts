import { setTimeout as pause } from 'node:timers/promises';
import { startApi } from '../../src/api/testing/start-api';
import type { Api } from '../../src/api/testing/start-api';
import type { MailServer } from './mail-server';

export interface RunView {
  run: string;
  status: string;
  reason: string | null;
  requested_by: string;
  project: string | null;
  recipients: { address: string; state: string; reason: string | null; attempts: number }[];
  files: {
    type: string;
    file: string;
    rows: number;
    truncated: boolean;
    sha256: string;
    bytes: number;
  }[];
  unanswered: { type: string; name: string; reason: string }[];
  reports: { type: string; name: string; from: string; to: string }[];
  rows: number;
  sequence: number;
  manifest_sha256: string;
  downloads: number;
  notice: { state: string } | null;
  schedule: { id: string; name: string; due: string | null } | null;
  files_kept: boolean;
}

/** The whole server with a mail server beside it. */
export const startReportApi = (mail: MailServer, env: Record<string, string> = {}): Promise<Api> =>
  startApi({
    SECRET_INSIGHTS_SMTP_HOST: '127.0.0.1',
    SECRET_INSIGHTS_SMTP_PORT: String(mail.port),
    SECRET_INSIGHTS_SMTP_FROM: 'Reports <reports@example.test>',
    SECRET_INSIGHTS_REPORT_RECIPIENTS: '@example.test, boss@partner.test',
    ...env,
  });

export const request = (api: Api, body: unknown): Promise<RunView> =>
  api.ask<RunView>('/api/v1/reports', { body });

/** Waits until a run is over, however it ends. */
export async function untilOver(api: Api, run: string): Promise<RunView> {
  for (;;) {
    const view = await api.ask<RunView>(`/api/v1/reports/${run}`);
    const isMailing = view.recipients.some(({ state }) => ['queued', 'sending'].includes(state));
    if (!['pending', 'generating'].includes(view.status) && !isMailing) return view;
    await pause(20);
  }
}

export const runReports = async (api: Api, body: unknown): Promise<RunView> => {
  const asked = await request(api, body);
  expect(asked).toHaveProperty('run');
  return untilOver(api, asked.run);
};

/** CSV as RFC 4180 has it, read by nothing that wrote it. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === ',') {
      row.push(cell);
      cell = '';
    } else if (text.startsWith('\r\n', at)) {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      at += 1;
    } else cell += character;
  }
  expect({ cell, row, isQuoted }).toEqual({ cell: '', row: [], isQuoted: false });
  return rows;
}
