import { dashboard, row } from './dashboard';
import { dashboardUids } from './ids';
import { tenRows } from './panels/columns';
import { coverage } from './panels/coverage';
import { at } from './panels/events';
import {
  failedRotations,
  overdueReminders,
  overdueRotations,
  upcomingReminders,
  upcomingRotations,
} from './panels/posture';
import { inventoryVariables } from './query';
import { dataSourceVariable, dayVariable, fieldVariables } from './variables';

/** The lists behind the cards of rotations and reminders. */
export const rotations = () =>
  dashboard({
    uid: dashboardUids.rotations,
    title: 'Rotations and reminders',
    description:
      'What failed, what is overdue and what is due next, each with its way to Infisical.',
    days: 7,
  })
    .variables([
      dataSourceVariable(),
      ...fieldVariables(inventoryVariables),
      dayVariable('days_ahead', 'Days ahead', [7, 14, 30, 90, 365]),
    ])
    .withPanel(failedRotations().gridPos(at(0, 0, 24, 6)))
    .withPanel(overdueRotations().gridPos(at(0, 6, 24, 6)))
    .withPanel(upcomingRotations().gridPos(at(0, 12, 24, tenRows)))
    .withPanel(overdueReminders().gridPos(at(0, 26, 24, 7)))
    .withPanel(upcomingReminders().gridPos(at(0, 33, 24, tenRows)))
    .withRow(row(6, 'Coverage', 47))
    .withPanel(coverage(7, 48))
    .build();
