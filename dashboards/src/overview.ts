import { rotationAnnotations } from './annotations';
import { dashboard, row } from './dashboard';
import { dashboardUids } from './ids';
import { accessVolume, topActors } from './panels/access';
import { authMethodShares, authMethodTable } from './panels/auth-methods';
import { chosenEvents, monthCalendar, monthSteps } from './panels/calendar';
import { coverage } from './panels/coverage';
import { at } from './panels/events';
import { remindersCard, rotationsCard, staleCard } from './panels/posture';
import { auditReportCard } from './panels/report-card';
import { inventoryVariables } from './query';
import { blankInput, dataSourceVariable, fieldVariables, textBox } from './variables';

/** Infisical's Insights page, top to bottom. */
export const overview = () =>
  dashboard({
    uid: dashboardUids.overview,
    title: 'Secret Insights',
    description: 'What is due, what failed, what grew old, who reads secrets and how they log in.',
    // Infisical's own window.
    days: 7,
  })
    .annotations(rotationAnnotations())
    .variables([
      dataSourceVariable(),
      ...fieldVariables(inventoryVariables),
      textBox('month', 'Month (2026-11)'),
      ...['week', 'weekday', 'cell'].map(blankInput),
    ])
    .withPanel(rotationsCard(1).gridPos(at(0, 0, 8, 4)))
    .withPanel(remindersCard(2).gridPos(at(8, 0, 8, 4)))
    .withPanel(staleCard(3).gridPos(at(16, 0, 8, 4)))
    .withPanel(monthCalendar(4).gridPos(at(0, 4, 16, 20)))
    .withPanel(auditReportCard(5).gridPos(at(16, 4, 8, 5)))
    .withPanel(monthSteps(6).gridPos(at(16, 9, 8, 4)))
    .withPanel(chosenEvents(7).gridPos(at(16, 13, 8, 11)))
    .withPanel(
      accessVolume(inventoryVariables)
        .id(8)
        .gridPos(at(0, 24, 24, 8)),
    )
    .withPanel(
      topActors(inventoryVariables)
        .id(9)
        .gridPos(at(0, 32, 24, 9)),
    )
    .withPanel(
      authMethodShares(inventoryVariables)
        .id(10)
        .gridPos(at(0, 41, 10, 9)),
    )
    .withPanel(
      authMethodTable(inventoryVariables)
        .id(11)
        .gridPos(at(10, 41, 14, 9)),
    )
    .withRow(row(12, 'Coverage', 50))
    .withPanel(coverage(13, 51))
    .build();
