import {
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { panelIds, secretAccessUid } from './ids';
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
import { variables } from './variables';

const row = (id: number, title: string, y: number) =>
  new RowBuilder(title).id(id).gridPos({ x: 0, y, w: 24, h: 1 });

/** Who reads the secrets, how they log in, which rotations fail, and how much of it we can know. */
export const secretAccess = () =>
  new DashboardBuilder('Secret access')
    .uid(secretAccessUid)
    .description('Who reads your secrets, how they log in, and which rotations failed.')
    .tags(['secret-insights'])
    // Infisical's own window: seven UTC days, today among them.
    .timezone('utc')
    .time({ from: 'now-6d/d', to: 'now' })
    .refresh('5m')
    .tooltip(DashboardCursorSync.Off)
    .editable()
    .variables(variables)
    .withPanel(totals())
    .withPanel(accessVolume())
    .withPanel(topActors())
    .withPanel(authMethodShares())
    .withPanel(authMethodTable())
    .withPanel(aboutUnknown())
    .withPanel(readsByEnvironment())
    .withPanel(readsByClientType())
    .withRow(row(panelIds.rotationsRow, 'Rotations', 29))
    .withPanel(rotationFailures())
    .withRow(row(panelIds.coverageRow, 'Coverage', 36))
    .withPanel(coverage())
    .build();
