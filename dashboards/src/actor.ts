import { rotationAnnotations } from './annotations';
import { dashboard, row } from './dashboard';
import { dashboardUids } from './ids';
import { coverage } from './panels/coverage';
import { at, eventList, eventVolume, facet } from './panels/events';
import { secretsOfActor } from './panels/secrets';
import type { VariableField } from './query';
import { adHocFilters, dataSourceVariable, fieldVariables } from './variables';

const variables: readonly VariableField[] = ['actor', 'project', 'environment', 'event'];
const events = { variables };

/** One person or machine: what they did, when, from where, and what they have seen. */
export const actor = () =>
  dashboard({
    uid: dashboardUids.actor,
    title: 'Actor',
    description:
      'One user or machine: what, when, from where and how, and every secret they ever read. Choose one above.',
    days: 30,
  })
    .annotations(rotationAnnotations())
    .variables([
      dataSourceVariable(),
      ...fieldVariables(variables, { subject: 'actor' }),
      adHocFilters(),
    ])
    .withPanel(eventVolume(1, 'event', events).gridPos(at(0, 0, 24, 8)))
    .withPanel(facet(2, 'event', events).gridPos(at(0, 8, 6, 8)))
    .withPanel(facet(3, 'environment', events).gridPos(at(6, 8, 6, 8)))
    .withPanel(facet(4, 'ip', events).gridPos(at(12, 8, 6, 8)))
    .withPanel(facet(5, 'auth_method', events).gridPos(at(18, 8, 6, 8)))
    .withPanel(secretsOfActor(6, ['actor', 'project', 'environment']).gridPos(at(0, 16, 24, 12)))
    .withPanel(
      eventList(
        7,
        'Events',
        'The newest 1,000 events of the chosen actors. Click one to see everything it holds.',
        events,
      ).gridPos(at(0, 28, 24, 14)),
    )
    .withRow(row(8, 'Coverage', 42))
    .withPanel(coverage(9, 43))
    .build();
