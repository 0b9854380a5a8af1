import { rotationAnnotations } from './annotations';
import { dashboard, row } from './dashboard';
import { dashboardUids } from './ids';
import { coverage } from './panels/coverage';
import { at, eventList, eventVolume, facet } from './panels/events';
import { fromTextBox, type VariableField } from './query';
import { adHocFilters, dataSourceVariable, fieldVariables, textBox } from './variables';

const variables: readonly VariableField[] = [
  'project',
  'environment',
  'event',
  'class',
  'actor_type',
  'actor',
  'client_type',
  'auth_method',
  'outcome',
  'ip',
];
const events = { variables, filters: [fromTextBox] };

/** Any event, found by any field and shown whole: what Infisical's Audit Logs page does, and its figures besides. */
export const auditLogs = () =>
  dashboard({
    uid: dashboardUids.auditLogs,
    title: 'Audit logs',
    description:
      'Every audit event: find it by any field, see how many there are, open and export it.',
    days: 2,
  })
    .annotations(rotationAnnotations())
    .variables([
      dataSourceVariable(),
      ...fieldVariables(variables),
      textBox('text', 'Text in metadata'),
      adHocFilters(),
    ])
    .withPanel(eventVolume(1, 'class', events).gridPos(at(0, 0, 24, 7)))
    .withPanel(facet(2, 'event', events).gridPos(at(0, 7, 6, 8)))
    .withPanel(facet(3, 'actor', events, 'actor_name').gridPos(at(6, 7, 6, 8)))
    .withPanel(facet(4, 'project', events).gridPos(at(12, 7, 6, 8)))
    .withPanel(facet(5, 'environment', events).gridPos(at(18, 7, 6, 8)))
    .withPanel(facet(6, 'client_type', events).gridPos(at(0, 15, 6, 7)))
    .withPanel(facet(7, 'auth_method', events).gridPos(at(6, 15, 6, 7)))
    .withPanel(facet(8, 'outcome', events).gridPos(at(12, 15, 6, 7)))
    .withPanel(facet(9, 'ip', events).gridPos(at(18, 15, 6, 7)))
    .withPanel(
      eventList(
        10,
        'Events',
        'The newest 1,000 events under all filters. Click one to see everything it holds, to filter for or against a value of it, to see its neighbours, and to go to its actor or its secret.',
        events,
      ).gridPos(at(0, 22, 24, 18)),
    )
    .withRow(row(11, 'Coverage', 40))
    .withPanel(coverage(12, 41))
    .build();
