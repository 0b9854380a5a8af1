import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';

import { button, buttons } from '../actions';
import { links, resource } from '../links';
import { dataSource, insight } from '../query';
import { badges, count, hidden, inOrder, minute, paged, titled, unit, width } from './columns';

const inspect: DynamicConfigValue = { id: 'custom.inspect', value: true };

const statusColours = badges({
  pending: 'semi-dark-blue',
  generating: 'semi-dark-purple',
  completed: 'semi-dark-green',
  partial: 'semi-dark-orange',
  failed: 'semi-dark-red',
});

const recipients = 'Recipients, with commas (blank: yourself)';
const project = 'Project (blank: all projects)';

const reportTable = (id: number, query: string) =>
  new Table()
    .id(id)
    .datasource(dataSource)
    .withTarget(insight(query, { variables: ['project'] }))
    .cellHeight(TableCellHeight.Sm)
    .unit('locale');

/** Buttons stand in cells, so this is a table of one row, of which one cell is shown. */
export const askForReports = (id: number) =>
  new Table()
    .id(id)
    .title('Generate report')
    .description(
      'Makes the reports chosen above, or others by their ids, and mails each as a CSV file. It needs the role Editor; a schedule needs Admin.',
    )
    .datasource(dataSource)
    .withTarget(insight('access-totals', { variables: [] }))
    .unit('locale')
    .cellHeight(TableCellHeight.Lg)
    .showHeader(false)
    .overrideByName('requests', [
      { id: 'custom.align', value: 'left' },
      ...buttons(
        button({
          title: 'Generate report',
          confirmation: 'Make ${report:text} and mail them? To (blank: yourself): $recipients',
          path: 'reports',
          body: '{"reports": "${report:csv}", "recipients": "$recipients", "project": "$project_name"}',
          asks: { recipients, project_name: project },
          color: '#3871dc',
        }),
        button({
          title: 'Generate other reports',
          confirmation:
            'Make the reports $reports and mail them? To (blank: yourself): $recipients',
          path: 'reports',
          body: '{"reports": "$reports", "recipients": "$recipients", "project": "$project_name"}',
          asks: { reports: 'Reports: ids, with commas', recipients, project_name: project },
        }),
        button({
          title: 'Schedule the reports chosen above',
          confirmation: 'Make the schedule $name, which sends ${report:text} to $recipients?',
          path: 'schedules',
          body: '{"name": "$name", "cron": "$cron", "zone": "$zone", "reports": "${report:csv}", "recipients": "$recipients", "project": "$project_name"}',
          asks: {
            name: 'Name',
            cron: 'Times as cron: minute hour day month weekday',
            zone: 'Time zone, such as Europe/Berlin (blank: UTC)',
            recipients,
            project_name: project,
          },
        }),
      ),
    ])
    .overrideByName('reads', hidden)
    .overrideByName('unique_actors', hidden)
    .overrideByName('unique_users', hidden)
    .overrideByName('unique_machines', hidden)
    .overrideByName('secrets_named', hidden);

/** Ten a page, as Infisical's history has them; the panel's height makes it ten. */
export const reportHistory = (id: number) =>
  reportTable(id, 'report-runs')
    .title('Report history')
    .description(
      'Reports asked for in the range, newest first. partial: a file was cut at the row limit, or a mail was not accepted; the reason says which. Resend mails those it was not accepted for. Delete, for Admins, takes the files and leaves number, hash, who and when.',
    )
    .footer(paged())
    .withTransformation(
      inOrder(
        'Requested',
        'Reports',
        'Status',
        'Reason',
        'Deliveries',
        'Requested by',
        'Rows',
        'Size',
        'Downloads',
        'Run',
      ),
    )
    .overrideByName('requested_at', minute)
    .overrideByName('reports', [inspect])
    .overrideByName('status', [...statusColours, width(105)])
    .overrideByName('reason', [inspect])
    .overrideByName('recipients', hidden)
    .overrideByName('deliveries', [titled('Recipients'), inspect])
    .overrideByName('requested_by', [width(190), inspect])
    .overrideByName('project', hidden)
    .overrideByName('schedule', hidden)
    .overrideByName('files', hidden)
    .overrideByName('downloads', [...count, width(100)])
    .overrideByName('duration_ms', hidden)
    .overrideByName('rows', [...count, width(90)])
    .overrideByName('bytes', [unit('bytes'), width(90)])
    .overrideByName('run', [
      titled('Actions'),
      width(160),
      ...buttons(
        button({
          title: 'Resend',
          confirmation: 'Mail this run again to those it was not accepted for?',
          path: 'reports/${__data.fields.run}/resend',
        }),
        button({
          title: 'Delete',
          confirmation: 'Delete this run with its files? Its number, its hash, who and when stay.',
          path: 'reports/${__data.fields.run}/delete',
          color: '#c4162a',
        }),
      ),
    ]);

const fileOfRun = (file: string) =>
  resource(`reports/\${__data.fields.run:percentencode}/files/${file}`);

export const reportFiles = (id: number) =>
  reportTable(id, 'report-files')
    .title('Files')
    .description(
      'The files of these reports, newest first. Click a file to download it, its hash to download the manifest that proves it. Files are kept for 30 days unless set otherwise.',
    )
    .overrideByName('run', hidden)
    .overrideByName('requested_at', minute)
    .overrideByName('project', [width(140)])
    .overrideByName('file', [
      links({
        title: 'Download',
        url: fileOfRun('${__data.fields.file:percentencode}'),
        targetBlank: true,
      }),
    ])
    .overrideByName('rows', [...count, width(90)])
    .overrideByName('truncated', [
      ...badges({ true: 'semi-dark-orange', false: 'transparent' }, { true: 'cut', false: '' }),
      width(70),
    ])
    .overrideByName('bytes', [unit('bytes'), width(100)])
    .overrideByName('sha256', [
      links({
        title: 'Download the manifest',
        url: fileOfRun('manifest.json'),
        targetBlank: true,
      }),
    ]);

export const reportSchedules = (id: number) =>
  reportTable(id, 'report-schedules')
    .title('Schedules')
    .description(
      'Every schedule, when it runs next and what became of its last run. Send to me mails it to you alone, to see it first. Buttons are for Admins.',
    )
    .withTransformation(
      inOrder(
        'Schedule',
        'Schedule id',
        'Next run',
        'Paused',
        'Last status',
        'Reports',
        'Recipients',
        'When',
        'Zone',
        'Last run',
        'Missed',
      ),
    )
    .overrideByName('name', [width(170)])
    .overrideByName('project', hidden)
    .overrideByName('reports', [inspect])
    .overrideByName('recipients', [inspect])
    .overrideByName('when', [width(110)])
    .overrideByName('zone', [width(120)])
    .overrideByName('paused', [
      ...badges({ true: 'semi-dark-orange', false: 'transparent' }, { true: 'paused', false: '' }),
      width(80),
    ])
    .overrideByName('next_run_at', minute)
    .overrideByName('last_run_at', minute)
    .overrideByName('last_status', [...statusColours, width(105)])
    .overrideByName('missed', [...count, width(80)])
    .overrideByName('owner', hidden)
    .overrideByName('schedule', [
      titled('Actions'),
      width(380),
      ...buttons(
        button({
          title: 'Send to me',
          confirmation: 'Mail this schedule to you alone, now?',
          path: 'schedules/${__data.fields.schedule}/send-now',
          body: '{"to_me": true}',
        }),
        button({
          title: 'Send now',
          confirmation: 'Mail this schedule to all its recipients, now?',
          path: 'schedules/${__data.fields.schedule}/send-now',
        }),
        button({
          title: 'Pause',
          confirmation: 'Let this schedule rest?',
          path: 'schedules/${__data.fields.schedule}/pause',
        }),
        button({
          title: 'Resume',
          confirmation: 'Wake this schedule?',
          path: 'schedules/${__data.fields.schedule}/resume',
        }),
        button({
          title: 'Delete',
          confirmation: 'Delete this schedule? Its runs stay.',
          path: 'schedules/${__data.fields.schedule}/delete',
          color: '#c4162a',
        }),
      ),
    ]);
