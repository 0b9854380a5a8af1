import { dashboard, row } from './dashboard';
import { dashboardUids } from './ids';
import { clientUsage, snapshots } from './panels/clients';
import { collectors } from './panels/collectors';
import { coverage } from './panels/coverage';
import { at } from './panels/events';
import { passwordManagerMetrics } from './panels/usage';
import { signInsToPasswordManager, storedItems } from './panels/usage-by-label';
import { history, monthOverMonth } from './panels/usage-history';
import {
  accountVariables,
  passwordManagerVariable,
  reportRanges,
  usageVariables,
} from './usage-variables';
import { dataSourceVariable } from './variables';

const figure = (id: 'total_clients' | 'total_secrets') => ({
  params: { product: '${product}', figure: id },
  variables: accountVariables,
});

/** Who uses the password manager, how they sign in, and how many passwords they keep. */
export const passwordManager = () =>
  dashboard({
    uid: dashboardUids.passwordManager,
    title: 'Password manager',
    description:
      'Users of the password manager, the ways they sign in, and the passwords they keep, over time.',
    days: 365,
  })
    .timepicker(reportRanges())
    .variables([
      dataSourceVariable(),
      ...usageVariables(accountVariables),
      passwordManagerVariable(),
    ])
    .withPanel(passwordManagerMetrics(1, accountVariables).gridPos(at(0, 0, 8, 8)))
    .withPanel(signInsToPasswordManager(2, accountVariables).gridPos(at(8, 0, 8, 8)))
    .withPanel(storedItems(3, accountVariables).gridPos(at(16, 0, 8, 8)))
    .withPanel(
      history(4, { ...figure('total_clients'), title: 'Users over time' }).gridPos(at(0, 8, 12, 8)),
    )
    .withPanel(
      history(5, { ...figure('total_secrets'), title: 'Stored items over time' }).gridPos(
        at(12, 8, 12, 8),
      ),
    )
    .withPanel(
      monthOverMonth(6, {
        ...figure('total_clients'),
        title: 'Users, month over month',
      }).gridPos(at(0, 16, 12, 9)),
    )
    .withPanel(
      monthOverMonth(7, {
        ...figure('total_secrets'),
        title: 'Stored items, month over month',
      }).gridPos(at(12, 16, 12, 9)),
    )
    .withPanel(clientUsage(8, accountVariables).gridPos(at(0, 25, 24, 6)))
    .withRow(row(9, 'Coverage', 31))
    .withPanel(snapshots(10, accountVariables).gridPos(at(0, 32, 10, 6)))
    .withPanel(collectors(11, ['source'], at(10, 32, 14, 6)))
    .withPanel(coverage(12, 38, ['source']))
    .build();
