import { rotationAnnotations } from './annotations';
import { dashboard, row } from './dashboard';
import { dashboardUids } from './ids';
import { tenRows } from './panels/columns';
import { collectorsByProjects } from './panels/collectors';
import { coverage } from './panels/coverage';
import { at } from './panels/events';
import {
  duplicateSecrets,
  failingItems,
  inventoryCounts,
  newSecrets,
  projectRanking,
  validationViolations,
} from './panels/organisation';
import { inventoryVariables } from './query';
import { dataSourceVariable, fieldVariables } from './variables';

/** Infisical's organisation level: every project beside the others. */
export const organisation = () =>
  dashboard({
    uid: dashboardUids.organisation,
    title: 'Organisation',
    description:
      'Every project beside the others: what needs attention, what is new, what is twice.',
    days: 7,
  })
    .annotations(rotationAnnotations())
    .variables([dataSourceVariable(), ...fieldVariables(inventoryVariables)])
    .withPanel(inventoryCounts(1).gridPos(at(0, 0, 24, 4)))
    .withPanel(projectRanking(2).gridPos(at(0, 4, 24, 7)))
    .withPanel(newSecrets(3).gridPos(at(0, 11, 24, 7)))
    .withPanel(duplicateSecrets(4).gridPos(at(0, 18, 10, tenRows)))
    .withPanel(validationViolations(5).gridPos(at(10, 18, 14, tenRows)))
    .withPanel(failingItems(6, 'failed-syncs', 'Failed syncs').gridPos(at(0, 32, 12, 6)))
    .withPanel(failingItems(7, 'orphaned-leases', 'Orphaned leases').gridPos(at(12, 32, 12, 6)))
    .withRow(row(9, 'Coverage', 38))
    .withPanel(collectorsByProjects().gridPos(at(0, 39, 24, 8)))
    .withPanel(coverage(10, 47))
    .build();
