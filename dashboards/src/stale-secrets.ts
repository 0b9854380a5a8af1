import { dashboard, row } from './dashboard';
import { dashboardUids } from './ids';
import { tenRows } from './panels/columns';
import { coverage } from './panels/coverage';
import { at } from './panels/events';
import { staleNumbers, staleShares } from './panels/organisation';
import { staleSecrets as staleList } from './panels/posture';
import { inventoryVariables } from './query';
import { dataSourceVariable, dayVariable, fieldVariables } from './variables';

/** What nobody changed for long, by project and one by one. */
export const staleSecrets = () =>
  dashboard({
    uid: dashboardUids.staleSecrets,
    title: 'Stale secrets',
    description: 'Secrets that nobody changed for long, by project and one by one.',
    days: 7,
  })
    .variables([
      dataSourceVariable(),
      ...fieldVariables(inventoryVariables),
      dayVariable('stale_days', 'Unchanged for days', [90, 30, 60, 180, 365]),
    ])
    .withPanel(staleNumbers(1).gridPos(at(0, 0, 8, 8)))
    .withPanel(staleShares().gridPos(at(8, 0, 16, 8)))
    .withPanel(staleList(3).gridPos(at(0, 8, 24, tenRows)))
    .withRow(row(4, 'Coverage', 8 + tenRows))
    .withPanel(coverage(5, 9 + tenRows))
    .build();
