import { dashboard, row } from './dashboard';
import { dashboardUids } from './ids';
import { snapshots } from './panels/clients';
import { collectors } from './panels/collectors';
import { coverage } from './panels/coverage';
import { at } from './panels/events';
import { actions, keyMetrics, readsOverTime, topSecretsUsed, topUsers } from './panels/usage';
import { clientsByAuthMethod, secretsByType } from './panels/usage-by-label';
import {
  accountVariables,
  monthToDate,
  productVariable,
  reportRanges,
  requestVariables,
  usageVariables,
} from './usage-variables';
import { dataSourceVariable } from './variables';

/** Who uses the secret manager, for what and how much: Akeyless's Usage Report, for every source. */
export const usageReport = () =>
  dashboard({
    uid: dashboardUids.usageReport,
    title: 'Usage report',
    description:
      'Requests, users, secrets and actions in a range, with clients and secrets by type; filtered by user, secret and action.',
    days: 30,
  })
    .timepicker(reportRanges())
    .link(monthToDate(dashboardUids.usageReport))
    .variables([dataSourceVariable(), ...usageVariables(requestVariables), productVariable()])
    .withPanel(keyMetrics(1, requestVariables).gridPos(at(0, 0, 24, 4)))
    .withPanel(readsOverTime(2, requestVariables).gridPos(at(0, 4, 24, 6)))
    .withPanel(topUsers(3, requestVariables).gridPos(at(0, 10, 11, 12)))
    .withPanel(topSecretsUsed(4, requestVariables).gridPos(at(11, 10, 13, 12)))
    .withPanel(actions(5, requestVariables).gridPos(at(0, 22, 24, 12)))
    .withPanel(clientsByAuthMethod(6, accountVariables).gridPos(at(0, 34, 12, 8)))
    .withPanel(secretsByType(7, accountVariables).gridPos(at(12, 34, 12, 8)))
    .withRow(row(8, 'Coverage', 42))
    .withPanel(snapshots(9, accountVariables).gridPos(at(0, 43, 10, 6)))
    .withPanel(collectors(10, ['source'], at(10, 43, 14, 6)))
    .withPanel(coverage(11, 49, ['source']))
    .build();
