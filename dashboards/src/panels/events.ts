import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LogsSortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as Logs } from '@grafana/grafana-foundation-sdk/logs';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

import type { Filter } from '../../../server/src/contract';
import type { Place } from '../dashboard';
import {
  asked,
  dataLink,
  inAddress,
  links,
  narrowTo,
  narrowToSeries,
  panelLink,
  resource,
  toDashboard,
} from '../links';
import { dataSource, insight, variableLabels, type VariableField } from '../query';
import { count, emptyShownAs, gauge, titled, width } from './columns';

/** Which events a panel shows. */
interface Events {
  variables: readonly VariableField[];
  filters?: readonly Filter[];
}

/** Bars of events per bucket, stacked by a field; the legend has the totals. */
export const eventVolume = (id: number, by: VariableField, events: Events) =>
  new TimeSeries()
    .id(id)
    .title('Events over time')
    .description(
      'Audit events of every kind per bucket, whose length fits the range. A denial that stands for several counts as many as it stands for.',
    )
    .datasource(dataSource)
    // Bars of a month are days then, not hours too thin to see.
    .maxDataPoints(120)
    .withTarget(insight('event-volume', { params: { bucket: 'auto', by: [by] }, ...events }))
    .unit('locale')
    .decimals(0)
    .min(0)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .lineWidth(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .dataLinks([
      dataLink(
        narrowToSeries(`Only this ${variableLabels[by].toLowerCase()}`, by, events.variables),
      ),
    ])
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Right)
        .calcs(['sum']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));

/**
 * How many events each value of a field has. A click keeps that value alone, here where the dashboard has
 * a variable for it, else among the audit logs.
 * @param column Where the field is counted by another name than it is filtered by.
 */
export const facet = (
  id: number,
  field: VariableField,
  { variables, filters }: Events,
  column: string = field,
) =>
  new Table()
    .id(id)
    .title(variableLabels[field])
    .description(
      'Events of the range under all filters, by this field, most first. Click a value to see its events alone.',
    )
    .datasource(dataSource)
    .withTarget(
      insight('event-counts', {
        params: { by: [column], limit: 100 },
        variables,
        ...(filters && { filters }),
      }),
    )
    .unit('locale')
    .overrideByName(column, [
      titled(variableLabels[field]),
      emptyShownAs('none'),
      links(
        variables.includes(field)
          ? narrowTo('Only these events', field, column, variables)
          : toDashboard('These events', 'auditLogs', { [field]: column }, variables),
      ),
    ])
    .overrideByName('events', [...count, ...gauge(), width(150)]);

/** Single events, newest first, each with all it holds and where it leads. */
export const eventList = (id: number, title: string, description: string, events: Events) => {
  const fixed = (events.filters ?? []).map((filter) => `&${inAddress(filter)}`).join('');
  const file = (format: string) =>
    resource(`events?format=${format}&${asked(events.variables)}${fixed}`);
  return new Logs()
    .id(id)
    .title(title)
    .description(description)
    .datasource(dataSource)
    .withTarget(insight('events', events))
    .links([
      panelLink('All of them as CSV', file('csv')),
      panelLink('All of them as NDJSON', file('ndjson')),
    ])
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .showLogContextToggle(true)
    .showLabels(false)
    .showCommonLabels(false)
    .sortOrder(LogsSortOrder.Descending);
};

export const at = (x: number, y: number, w: number, h: number): Place => ({ x, y, w, h });
