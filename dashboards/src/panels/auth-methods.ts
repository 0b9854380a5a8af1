import {
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  TableFooterOptionsBuilder,
  TooltipDisplayMode,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as PieChart,
  PieChartLabels,
  PieChartLegendOptionsBuilder,
  PieChartType,
} from '@grafana/grafana-foundation-sdk/piechart';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as Text, TextMode } from '@grafana/grafana-foundation-sdk/text';

import { panelIds } from '../ids';
import { accessVariables, dataSource, insight } from '../query';
import { count, inOrder, namedAfter, onlyColumns, share, width } from './columns';

/** Infisical shows a rolling window of 30 days here, whatever the page above shows. */
const rollingMonth = '30d';

export const authMethodShares = (variables = accessVariables) =>
  new PieChart()
    .id(panelIds.authMethodShares)
    .title('Authentication methods')
    .description(
      'How the readers of secrets had logged in, over the past 30 days, as shares of all reads.',
    )
    .datasource(dataSource)
    .withTarget(insight('auth-methods', { variables }))
    .withTransformation(onlyColumns('auth_method', 'reads'))
    .timeFrom(rollingMonth)
    .gridPos({ x: 0, y: 13, w: 8, h: 9 })
    .reduceOptions(new ReduceDataOptionsBuilder().calcs([]).values(true))
    .pieType(PieChartType.Donut)
    .displayLabels([PieChartLabels.Percent])
    .legend(
      new PieChartLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Right)
        .calcs([])
        .values([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single))
    .unit('locale')
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .overrideByName('reads', [...count, namedAfter('auth_method')])
    // Matches the slice by its name: what is not known should not shine.
    .overrideByName('Unknown', [{ id: 'color', value: { mode: 'fixed', fixedColor: '#808080' } }]);

export const authMethodTable = (variables = accessVariables) =>
  new Table()
    .id(panelIds.authMethodTable)
    .title('Authentication methods, in numbers')
    .description(
      'Each method with its share of all reads and its count over the past 30 days; the last row is the total.',
    )
    .datasource(dataSource)
    .withTarget(insight('auth-methods', { variables }))
    // As on Infisical's page: the share before the count. Grafana orders by titles, not by keys.
    .withTransformation(inOrder('Method', 'Share', 'Reads'))
    .timeFrom(rollingMonth)
    .gridPos({ x: 8, y: 13, w: 9, h: 9 })
    .unit('locale')
    .footer(
      new TableFooterOptionsBuilder()
        .show(true)
        .reducer(['sum'])
        .fields(['share', 'reads'])
        .countRows(false),
    )
    .overrideByName('share', [...share, width(100)])
    .overrideByName('reads', [...count, width(110)]);

const aboutUnknownText = `**Unknown** counts reads by users and machine identities whose event carries no authentication method: Infisical wrote it before it began to record the method.

Newer requests carry one, so this share shrinks as older events leave the 30 days. It says nothing about how safe those reads were.

A service token always shows as **Service Token**. An actor that is none of these three shows under its own actor type.`;

export const aboutUnknown = () =>
  new Text()
    .id(panelIds.aboutUnknown)
    .title('What Unknown means')
    .description('Why some reads have no authentication method.')
    .gridPos({ x: 17, y: 13, w: 7, h: 9 })
    .mode(TextMode.Markdown)
    .content(aboutUnknownText);
