import { CustomVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

import { dashboard, row } from './dashboard';
import { dashboardUids } from './ids';
import { coverage } from './panels/coverage';
import { at } from './panels/events';
import { askForReports, reportFiles, reportHistory, reportSchedules } from './panels/reports';
import { blankInput, dataSourceVariable, fieldVariables } from './variables';

/** Infisical's reports, by their names; the others are asked for by their ids. */
export const reportNames = {
  'secret-access-log': 'Secret Access Log',
  'stale-secrets': 'Stale Secrets',
  'duplicate-secrets': 'Duplicate Secrets',
  'secret-validation-compliance': 'Secret Validation Compliance',
  'upcoming-rotations': 'Upcoming Rotations',
  'failed-rotations': 'Failed Rotations',
  'upcoming-reminders': 'Upcoming Reminders',
  'usage-summary': 'Usage Summary',
  'needs-attention': 'Needs Attention',
  'auth-methods': 'Auth Methods',
  'static-secret-usage': 'Static Secret Usage',
  'secret-access-volume': 'Secret Access Volume',
} as const;

const chosenAtFirst = ['secret-access-log', 'auth-methods'] as const;

const reportVariable = () =>
  new CustomVariableBuilder('report')
    .label('Reports')
    .values(
      Object.entries(reportNames)
        .map(([id, name]) => `${name} : ${id}`)
        .join(', '),
    )
    .multi(true)
    .current({
      text: chosenAtFirst.map((id) => reportNames[id]),
      value: [...chosenAtFirst],
    });

/** Reports made by a button or on schedule: their history, their files, and the schedules. */
export const auditReports = () =>
  dashboard({
    uid: dashboardUids.auditReports,
    title: 'Audit reports',
    description:
      'Make and schedule CSV reports, see what became of each, and download their files.',
    days: 90,
    // The data source watches the runs by itself; a refresh would close a button's dialog.
    refresh: '',
  })
    .variables([
      dataSourceVariable(),
      ...fieldVariables(['project']),
      reportVariable(),
      ...['reports', 'recipients', 'project_name', 'name', 'cron', 'zone'].map(blankInput),
    ])
    .withPanel(askForReports(1).gridPos(at(0, 0, 24, 3)))
    .withPanel(reportHistory(2).gridPos(at(0, 3, 24, 13)))
    .withPanel(reportFiles(3).gridPos(at(0, 16, 24, 9)))
    .withPanel(reportSchedules(4).gridPos(at(0, 25, 24, 8)))
    .withRow(row(5, 'Coverage', 33))
    .withPanel(coverage(6, 34))
    .build();
