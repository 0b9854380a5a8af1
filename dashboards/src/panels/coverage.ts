import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';

import { dataSource, insight, type VariableField } from '../query';
import { count, hidden, minute, unit, width } from './columns';

const colouredFrom = (...steps: [from: number, color: string][]): DynamicConfigValue[] => [
  { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
  { id: 'color', value: { mode: 'thresholds' } },
  {
    id: 'thresholds',
    value: {
      mode: 'absolute',
      steps: [{ value: null, color: 'text' }, ...steps.map(([value, color]) => ({ value, color }))],
    },
  },
];

const hour = 3600;

/** Belongs at the end of every dashboard: figures are only as good as the events behind them. */
export const coverage = (
  id: number,
  y: number,
  variables: readonly VariableField[] = ['project'],
) =>
  new Table()
    .id(id)
    .title('How fresh and complete the events are')
    .description(
      'Per source and project: first and last event in the range, how far the last one lies behind, how many arrived, came twice, were missing, were refused or came too late to count, up to when figures are final, and when the first of the stored events expires at the vendor. An empty cell is a figure the source cannot give.',
    )
    .datasource(dataSource)
    .withTarget(insight('coverage', { variables }))
    .gridPos({ x: 0, y, w: 24, h: 7 })
    .unit('locale')
    .overrideByName('source', [width(130)])
    .overrideByName('first_event', minute)
    .overrideByName('last_event', minute)
    .overrideByName('closed_until', minute)
    .overrideByName('lag_seconds', [
      unit('s'),
      width(100),
      ...colouredFrom([hour, 'orange'], [24 * hour, 'red']),
    ])
    .overrideByName('events', [...count, width(100)])
    .overrideByName('duplicates', [...count, width(100)])
    .overrideByName('duplicate_share', hidden)
    .overrideByName('expires_at', minute)
    .overrideByName('gaps', [...count, width(165), ...colouredFrom([1, 'orange'])])
    .overrideByName('rejected', [...count, width(95), ...colouredFrom([1, 'red'])])
    .overrideByName('too_late', [...count, width(95), ...colouredFrom([1, 'orange'])]);
