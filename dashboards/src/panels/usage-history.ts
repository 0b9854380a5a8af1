import { PanelBuilder as BarChart } from '@grafana/grafana-foundation-sdk/barchart';
import {
  GraphDrawStyle,
  LineInterpolation,
  StackingMode,
  TableCellHeight,
  TooltipDisplayMode,
  VisibilityMode,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

import { dataSource, insight, type VariableField } from '../query';
import { badges, count, hidden, onlyColumns, share, titled, unit, width } from './columns';
import { exportLinks } from './exports';
import { legend } from './legend';

interface Figure {
  title: string;
  params: Readonly<Record<string, string>>;
  variables: readonly VariableField[];
}

const fixed = (fixedColor: string) => ({ id: 'color', value: { mode: 'fixed', fixedColor } });

/** Day by day within the range, under the line of its limit. */
export const history = (id: number, { title, params, variables }: Figure) =>
  new TimeSeries()
    .id(id)
    .title(title)
    .description(
      'The figure as all accounts report it together, within the range, and its limit where the settings name one. An account that is silent keeps its last value for 45 days.',
    )
    .datasource(dataSource)
    .withTarget(insight('usage-history', { params: { ...params, bucket: 'day' }, variables }))
    .withTransformation(onlyColumns('time', 'value', 'limit'))
    .unit('locale')
    .decimals(0)
    .min(0)
    .drawStyle(GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.StepAfter)
    .lineWidth(2)
    .fillOpacity(15)
    .showPoints(VisibilityMode.Never)
    .spanNulls(true)
    .legend(legend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .overrideByName('value', [fixed('blue')])
    .overrideByName('limit', [
      fixed('red'),
      { id: 'custom.fillOpacity', value: 0 },
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
    ])
    .links(exportLinks('usage-history', variables, params));

const byMonth = (params: Figure['params'], variables: Figure['variables']) =>
  insight('usage-history', { params: { ...params, bucket: 'month' }, variables, format: 'table' });

/** A chart over time ends where the range does; bars of months go on to where the line leads. */
export const monthsAhead = (id: number, { title, params, variables }: Figure) =>
  new BarChart()
    .id(id)
    .title(title)
    .description(
      'The last report of each month, and the months ahead on a straight line through the days of the range: as far as the limit, at most a year. The notice in the corner says when the limit is reached.',
    )
    .datasource(dataSource)
    .withTarget(byMonth(params, variables))
    .withTransformation(onlyColumns('time', 'value', 'projected'))
    .xTickLabelMaxLength(20)
    .xTickLabelSpacing(60)
    .stacking(StackingMode.None)
    .barWidth(0.9)
    .groupWidth(0.8)
    .fillOpacity(70)
    .lineWidth(0)
    .unit('locale')
    .decimals(0)
    .min(0)
    .legend(legend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .overrideByName('time', [unit('time:MMM YYYY')])
    .overrideByName('value', [fixed('blue')])
    .overrideByName('projected', [fixed('semi-dark-orange')])
    .links(exportLinks('usage-history', variables, { ...params, bucket: 'month' }));

/** Month over month, the running month marked. */
export const monthOverMonth = (id: number, { title, params, variables }: Figure) =>
  new Table()
    .id(id)
    .title(title)
    .description(
      'The last report of each month and its change against the month before. The month that runs is marked: its figure can still move.',
    )
    .datasource(dataSource)
    .withTarget(byMonth(params, variables))
    // Months ahead, which have a projection alone, belong into a chart.
    .withTransformation({
      id: 'filterByValue',
      options: {
        type: 'exclude',
        match: 'any',
        filters: [{ fieldName: 'Value', config: { id: 'isNull', options: {} } }],
      },
    })
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: 'Time', desc: true }] } })
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .overrideByName('time', [titled('Month'), unit('time:MMM YYYY'), width(100)])
    .overrideByName('value', count)
    .overrideByName('projected', hidden)
    .overrideByName('limit', hidden)
    .overrideByName('change', share)
    .overrideByName('partial', [
      titled('State'),
      ...badges({ true: 'semi-dark-orange', false: 'transparent' }, { true: 'running', false: '' }),
      width(90),
    ]);
