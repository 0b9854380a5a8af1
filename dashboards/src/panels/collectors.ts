import { TableCellDisplayMode, TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';

import type { Place } from '../dashboard';
import { posturePanelIds } from '../ids';
import { dataSource, insight, type VariableField } from '../query';
import { badges, count, hidden, minute, width } from './columns';

interface Head {
  id: number;
  title: string;
  description: string;
  variables: readonly VariableField[];
}

/** Widths of columns in pixels. */
type Widths = Readonly<Record<'source' | 'kind' | 'state' | 'failing', number>>;

/** How asking each source went in the past week. */
const attempts = ({ id, title, description, variables }: Head, widths: Widths) =>
  new Table()
    .id(id)
    .title(title)
    .description(description)
    .datasource(dataSource)
    .withTarget(insight('collectors', { variables }))
    .timeFrom('7d')
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .overrideByName('source', [width(widths.source)])
    .overrideByName('kind', [width(widths.kind)])
    .overrideByName('state', [
      ...badges({ ok: 'semi-dark-green', failing: 'semi-dark-red' }),
      width(widths.state),
    ])
    .overrideByName('last_success', minute)
    .overrideByName('last_attempt', minute)
    .overrideByName('error', [{ id: 'custom.inspect', value: true }])
    .overrideByName('failing', [...count, width(widths.failing)]);

/** A figure is only as good as the last answer of its source. */
export const collectors = (id: number, variables: readonly VariableField[], place: Place) =>
  attempts(
    {
      id,
      title: 'How the sources answer',
      description:
        'What each source was asked for in the past week and how it went. failing: the newest attempt failed for a project or an account; the error says what to do. No row: no source is asked, its data are sent here.',
      variables,
    },
    { source: 110, kind: 110, state: 80, failing: 80 },
  )
    .gridPos(place)
    .overrideByName('projects', hidden);

/** The same with the number of projects, for who looks after the collectors. */
export const collectorsByProjects = () =>
  attempts(
    {
      id: posturePanelIds.collectors,
      title: 'Collectors',
      description:
        'How asking each source went in the past 7 days. Rotations fail for good where the plan of an Infisical has none.',
      variables: ['source', 'project'],
    },
    { source: 130, kind: 120, state: 90, failing: 85 },
  )
    .overrideByName('projects', [...count, width(90)])
    // Alerts send here for what to do, which is how the sentence ends.
    .overrideByName('error', [
      {
        id: 'custom.cellOptions',
        value: { type: TableCellDisplayMode.Auto, wrapText: true },
      },
    ]);
