import { dashboard, row } from './dashboard';
import { dashboardUids, usagePanelIds } from './ids';
import {
  accounts,
  clientUsage,
  exceededClients,
  growth,
  limits,
  snapshots,
} from './panels/clients';
import { collectors } from './panels/collectors';
import { coverage } from './panels/coverage';
import { at } from './panels/events';
import { certificatesByRisk, clientsByAuthMethod } from './panels/usage-by-label';
import { history, monthOverMonth, monthsAhead } from './panels/usage-history';
import {
  accountVariables,
  figureVariable,
  productVariable,
  reportRanges,
  usageVariables,
} from './usage-variables';
import { dataSourceVariable } from './variables';

const chosen = {
  params: { product: '${product}', figure: '${figure}' },
  variables: accountVariables,
};

/** How near the licence's limits are, who goes over them, and where it leads. */
export const clientsAndLimits = () =>
  dashboard({
    uid: dashboardUids.clientsAndLimits,
    title: 'Clients and limits',
    description:
      'Clients as licences count them: who is over, usage against limits, growth and what it leads to, account by account.',
    days: 365,
  })
    .timepicker(reportRanges())
    .variables([
      dataSourceVariable(),
      ...usageVariables(accountVariables),
      productVariable(),
      figureVariable(),
    ])
    .withPanel(limits(accountVariables).gridPos(at(0, 0, 12, 7)))
    .withPanel(exceededClients(accountVariables).gridPos(at(12, 0, 12, 7)))
    .withPanel(
      history(5, { ...chosen, title: '${product}: ${figure:text} over time' }).gridPos(
        at(0, 7, 12, 9),
      ),
    )
    .withPanel(
      monthsAhead(6, {
        ...chosen,
        title: '${product}: ${figure:text} by month, and what it leads to',
      }).gridPos(at(12, 7, 12, 9)),
    )
    .withPanel(growth(accountVariables).gridPos(at(0, 16, 14, 9)))
    .withPanel(
      monthOverMonth(7, {
        ...chosen,
        title: '${product}: ${figure:text}, month over month',
      }).gridPos(at(14, 16, 10, 9)),
    )
    .withPanel(clientUsage(8, accountVariables).gridPos(at(0, 25, 24, 11)))
    .withPanel(accounts(9, accountVariables).gridPos(at(0, 36, 24, 6)))
    .withPanel(clientsByAuthMethod(10, accountVariables).gridPos(at(0, 42, 12, 7)))
    .withPanel(certificatesByRisk(11, accountVariables).gridPos(at(12, 42, 12, 7)))
    .withRow(row(12, 'Coverage', 49))
    .withPanel(snapshots(usagePanelIds.snapshots, accountVariables).gridPos(at(0, 50, 10, 6)))
    .withPanel(collectors(13, ['source'], at(10, 50, 14, 6)))
    .withPanel(coverage(14, 56, ['source']))
    .build();
