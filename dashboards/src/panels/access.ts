import {
  BarGaugeValueMode,
  GraphDrawStyle,
  GraphGradientMode,
  LineInterpolation,
  TableCellHeight,
  TooltipDisplayMode,
  VisibilityMode,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

import { panelIds } from '../ids';
import { dataLink, links, narrowByAdHocFilter, narrowTo, toActor, toDashboard } from '../links';
import { accessVariables, dataSource, insight, type VariableField } from '../query';
import { bars } from './bars';
import {
  blue,
  count,
  emptyShownAs,
  gauge,
  hidden,
  namedAfter,
  onlyColumns,
  share,
  width,
} from './columns';
import { figures } from './figures';
import { legend } from './legend';

export const totals = () =>
  figures()
    .id(panelIds.totals)
    .title('Totals')
    .description(
      'Requests are all audit events in the range, reads those that handed out secrets. Actors, users and machines are counted once each. Secrets named counts distinct secrets that single reads name; a bulk read names none, unless Infisical lists the ids.',
    )
    .datasource(dataSource)
    .withTarget(insight('access-totals'))
    .gridPos({ x: 0, y: 0, w: 24, h: 4 })
    .unit('locale')
    .noValue('not known')
    .dataLinks([dataLink(toDashboard('The events', 'auditLogs', {}, accessVariables))]);

export const accessVolume = (variables = accessVariables) =>
  new TimeSeries()
    .id(panelIds.accessVolume)
    .title('Secret access volume')
    .description(
      'Read requests per UTC day, whichever secret was read and by whatever client. One event is one read. The last day is still running.',
    )
    .datasource(dataSource)
    .withTarget(insight('access-volume', { params: { bucket: 'day' }, variables }))
    .gridPos({ x: 0, y: 4, w: 15, h: 9 })
    .unit('locale')
    .decimals(0)
    .min(0)
    .colorScheme(blue())
    .drawStyle(GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.Linear)
    .lineWidth(2)
    .fillOpacity(30)
    .gradientMode(GraphGradientMode.Opacity)
    .showPoints(VisibilityMode.Auto)
    .pointSize(6)
    // A gap is a day of which nothing is known; joining over it would claim reads.
    .spanNulls(false)
    .legend(legend(false))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single));

export const topActors = (variables = accessVariables) =>
  new Table()
    .id(panelIds.topActors)
    .title('Top actors')
    .description(
      'Who read most in the range, with the number of reads and their share of all reads. Click an actor to see all it did, or this page for it alone.',
    )
    .datasource(dataSource)
    .withTarget(insight('top-actors', { params: { limit: 5, merge: 'name' }, variables }))
    .gridPos({ x: 15, y: 4, w: 9, h: 9 })
    .cellHeight(TableCellHeight.Md)
    .unit('locale')
    .overrideByName('actor_type', hidden)
    .overrideByName('actor_name', hidden)
    .overrideByName('label', [
      { id: 'displayName', value: 'Actor' },
      links(
        toActor('actor_name'),
        ...(variables.includes('actor')
          ? [narrowTo('Show only this actor here', 'actor', 'actor_name')]
          : []),
      ),
    ])
    .overrideByName('reads', [
      ...count,
      width(110),
      // The label already ends in the number.
      ...gauge(BarGaugeValueMode.Hidden),
    ])
    .overrideByName('share', [...share, width(80)]);

const readsBy = (dimension: string, link: DynamicConfigValue, variables = accessVariables) =>
  bars(10)
    .datasource(dataSource)
    .withTarget(insight('access-breakdown', { params: { by: [dimension], limit: 10 }, variables }))
    .withTransformation(onlyColumns(dimension, 'reads'))
    .unit('locale')
    .min(0)
    .colorScheme(blue())
    .overrideByName(dimension, [emptyShownAs('not stated')])
    .overrideByName('reads', [...count, namedAfter(dimension), link]);

export const readsByEnvironment = () =>
  readsBy(
    'environment',
    links(narrowTo('Show only this environment', 'environment', 'environment')),
  )
    .id(panelIds.readsByEnvironment)
    .title('Reads by environment')
    .description('Read requests in the range, by the environment they asked for; the ten largest.')
    .gridPos({ x: 0, y: 22, w: 12, h: 7 });

export const readsByClientType = () =>
  readsBy('client_type', links(narrowByAdHocFilter('Show only this client type', 'client_type')))
    .id(panelIds.readsByClientType)
    .title('Reads by client type')
    .description(
      'Read requests in the range, by the kind of client that sent them: browser, CLI, operator, SDK. Infisical calls this source.',
    )
    .gridPos({ x: 12, y: 22, w: 12, h: 7 });

export const readsByActor = (id: number, variables: readonly VariableField[]) =>
  readsBy('actor_name', links(toActor('actor_name')), variables)
    .id(id)
    .title('Reads that name it, by actor')
    .description(
      'Read requests in the range that name the chosen secrets, by who sent them; the ten largest. Reads of a whole folder are in the table below.',
    );
