import { rotationAnnotations } from './annotations';
import { dashboard, row } from './dashboard';
import { dashboardUids, panelIds } from './ids';
import {
  accessVolume,
  readsByClientType,
  readsByEnvironment,
  topActors,
  totals,
} from './panels/access';
import { aboutUnknown, authMethodShares, authMethodTable } from './panels/auth-methods';
import { coverage } from './panels/coverage';
import { rotationFailures } from './panels/rotations';
import { topSecrets } from './panels/secrets';
import { accessVariables } from './query';
import { adHocFilters, dataSourceVariable, fieldVariables } from './variables';

/** Who reads the secrets, how they log in, which rotations fail, and how much of it we can know. */
export const secretAccess = () =>
  dashboard({
    uid: dashboardUids.access,
    title: 'Secret access',
    description: 'Who reads your secrets, how they log in, and which rotations failed.',
    // Infisical's own window.
    days: 7,
  })
    .annotations(rotationAnnotations())
    .variables([dataSourceVariable(), ...fieldVariables(accessVariables), adHocFilters()])
    .withPanel(totals())
    .withPanel(accessVolume())
    .withPanel(topActors())
    .withPanel(authMethodShares())
    .withPanel(authMethodTable())
    .withPanel(aboutUnknown())
    .withPanel(readsByEnvironment())
    .withPanel(readsByClientType())
    .withPanel(topSecrets())
    .withRow(row(panelIds.rotationsRow, 'Rotations', 37))
    .withPanel(rotationFailures())
    .withRow(row(panelIds.coverageRow, 'Coverage', 44))
    .withPanel(coverage(panelIds.coverage, 45))
    .build();
