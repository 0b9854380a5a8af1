import type { Filter } from '../../server/src/contract';
import { dashboard, row } from './dashboard';
import { dashboardUids } from './ids';
import { readsByActor } from './panels/access';
import { coverage } from './panels/coverage';
import { at, eventList } from './panels/events';
import { oneReader, readers } from './panels/secrets';
import type { VariableField } from './query';
import { adHocFilters, dataSourceVariable, fieldVariables } from './variables';

const variables: readonly VariableField[] = ['project', 'environment', 'secret_path', 'secret_key'];

const changes: Filter[] = [
  { field: 'class', op: 'in', values: ['management'] },
  { field: 'event', op: 'not-contains', values: ['rotat'] },
];
const rotations: Filter[] = [
  { field: 'class', op: 'not-in', values: ['data-access'] },
  { field: 'event', op: 'contains', values: ['rotat'] },
];

/** One secret: who read it first, last and how often, and when it was changed. */
export const secret = () =>
  dashboard({
    uid: dashboardUids.secret,
    title: 'Secret',
    description:
      'One secret: its first and last reader, all readers, changes and rotations. Choose one above.',
    days: 90,
  })
    .variables([
      dataSourceVariable(),
      ...fieldVariables(variables, { nested: true, subject: 'secret_key' }),
      adHocFilters(),
    ])
    .withPanel(oneReader(1, 'first', variables).gridPos(at(0, 0, 12, 4)))
    .withPanel(oneReader(2, 'last', variables).gridPos(at(12, 0, 12, 4)))
    .withPanel(readsByActor(3, variables).gridPos(at(0, 4, 24, 7)))
    .withPanel(readers(4, variables).gridPos(at(0, 11, 24, 12)))
    .withPanel(
      eventList(
        5,
        'Changes',
        'Events in the range that created, changed or deleted the chosen secrets, or something in their folder that names them.',
        { variables, filters: changes },
      ).gridPos(at(0, 23, 12, 10)),
    )
    .withPanel(
      eventList(
        6,
        'Rotations',
        'Rotations in the range in the projects of the chosen secrets: their events name the project and the rotation, and not the secrets.',
        { variables: ['project'], filters: rotations },
      ).gridPos(at(12, 23, 12, 10)),
    )
    .withRow(row(7, 'Coverage', 33))
    .withPanel(coverage(8, 34))
    .build();
