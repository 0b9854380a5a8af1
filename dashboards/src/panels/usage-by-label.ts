import {
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  TooltipDisplayMode,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as PieChart,
  PieChartLegendOptionsBuilder,
  PieChartLegendValues,
  PieChartType,
} from '@grafana/grafana-foundation-sdk/piechart';

import { dataSource, insight, type VariableField } from '../query';
import { bars } from './bars';
import { blue, count, namedAfter, onlyColumns, titled, unit } from './columns';
import { exportLinks } from './exports';

interface Labelled {
  title: string;
  description: string;
  params?: Readonly<Record<string, string>>;
  variables: readonly VariableField[];
  /** What is counted, as the tooltip says it after the number. */
  counted: string;
}

/** A ring of the parts of a whole, with numbers and shares beside it. */
export const ring = (
  id: number,
  query: string,
  { title, description, params = {}, variables, counted }: Labelled,
) =>
  new PieChart()
    .id(id)
    .title(title)
    .description(description)
    .datasource(dataSource)
    .withTarget(insight(query, { params, variables }))
    .withTransformation(onlyColumns('label', 'count'))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs([]).values(true))
    .pieType(PieChartType.Donut)
    .displayLabels([])
    .legend(
      new PieChartLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Right)
        .calcs([])
        .values([PieChartLegendValues.Value, PieChartLegendValues.Percent]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single))
    .unit('locale')
    .noValue('not known')
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .overrideByName('label', [titled(title)])
    .overrideByName('count', [...count, unit(`suffix: ${counted}`), namedAfter('label')])
    .links(exportLinks(query, variables, params));

/** One bar for each label, longest first. */
export const labelBars = (
  id: number,
  query: string,
  { title, description, params = {}, variables, counted }: Labelled,
) =>
  bars(20)
    .id(id)
    .title(title)
    .description(description)
    .datasource(dataSource)
    .withTarget(insight(query, { params, variables }))
    .withTransformation(onlyColumns('label', 'count'))
    .unit('locale')
    .noValue('not known')
    .min(0)
    .colorScheme(blue())
    .overrideByName('label', [titled(title)])
    .overrideByName('count', [...count, unit(`suffix: ${counted}`), namedAfter('label')])
    .links(exportLinks(query, variables, params));

const product = { product: '${product}' };

export const clientsByAuthMethod = (id: number, variables: readonly VariableField[]) =>
  ring(id, 'clients-by-auth-method', {
    title: 'Authentication methods',
    description:
      'Clients of the product by the way they sign in, as the newest reports of all accounts count them.',
    params: product,
    variables,
    counted: 'clients',
  });

export const secretsByType = (id: number, variables: readonly VariableField[]) =>
  labelBars(id, 'secrets-by-type', {
    title: 'Secrets by type',
    description:
      'Secrets of the product by type, as the newest reports count them; for secrets management also what the inventories of sources hold that report none.',
    params: product,
    variables,
    counted: 'secrets',
  });

export const signInsToPasswordManager = (id: number, variables: readonly VariableField[]) =>
  ring(id, 'clients-by-auth-method', {
    title: 'Users by way to sign in',
    description:
      'Users of the password manager by the way they sign in, such as SAML, OIDC, LDAP and e-mail, as the newest reports of all accounts count them.',
    params: product,
    variables,
    counted: 'users',
  });

export const storedItems = (id: number, variables: readonly VariableField[]) =>
  ring(id, 'secrets-by-type', {
    title: 'Stored items by type',
    description:
      'What the password manager keeps, by type, as the newest reports of all accounts count it.',
    params: product,
    variables,
    counted: 'items',
  });

export const certificatesByRisk = (id: number, variables: readonly VariableField[]) =>
  labelBars(id, 'certificates-by-risk', {
    title: 'Certificates by risk',
    description:
      "Certificates by how near their end is, in the vendor's words, as the newest reports count them.",
    variables,
    counted: 'certificates',
  });
