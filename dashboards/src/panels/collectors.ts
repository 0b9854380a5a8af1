import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';

import type { Place } from '../dashboard';
import { dataSource, insight, type VariableField } from '../query';
import { badges, count, hidden, minute, width } from './columns';

/** How asking the sources goes: a figure is only as good as the last answer. */
export const collectors = (id: number, variables: readonly VariableField[], place: Place) =>
  new Table()
    .id(id)
    .title('How the sources answer')
    .description(
      'What each source was asked for in the past week and how it went. failing: the newest attempt failed for a project or an account; the error says what to do. No row: no source is asked, its data are sent here.',
    )
    .datasource(dataSource)
    .withTarget(insight('collectors', { variables }))
    .timeFrom('7d')
    .gridPos(place)
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .overrideByName('source', [width(110)])
    .overrideByName('kind', [width(110)])
    .overrideByName('state', [
      ...badges({ ok: 'semi-dark-green', failing: 'semi-dark-red' }),
      width(80),
    ])
    .overrideByName('last_success', minute)
    .overrideByName('last_attempt', minute)
    .overrideByName('error', [{ id: 'custom.inspect', value: true }])
    .overrideByName('failing', [...count, width(80)])
    .overrideByName('projects', hidden);
