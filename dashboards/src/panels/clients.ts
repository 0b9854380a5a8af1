import { TableCellDisplayMode, TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';

import { usagePanelIds } from '../ids';
import { dataSource, insight, type VariableField } from '../query';
import { bar, count, hidden, inOrder, minute, share, unit, width } from './columns';
import { exportLinks } from './exports';

const stepsOver =
  (base: string) =>
  (...from: [value: number, color: string][]): DynamicConfigValue => ({
    id: 'thresholds',
    value: {
      mode: 'absolute',
      steps: [{ value: null, color: base }, ...from.map(([value, color]) => ({ value, color }))],
    },
  });
const barSteps = stepsOver('green');
const steps = stepsOver('text');
/** Null, which Grafana would leave blank. */
const notKnown: DynamicConfigValue = {
  id: 'mappings',
  value: [{ type: 'special', options: { match: 'null', result: { text: 'not known', index: 0 } } }],
};
const byThreshold: DynamicConfigValue = { id: 'color', value: { mode: 'thresholds' } };
const asText: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: TableCellDisplayMode.ColorText },
};

const reported = (
  id: number,
  query: string,
  variables: readonly VariableField[],
  params: Readonly<Record<string, string>> = {},
) =>
  new Table()
    .id(id)
    .datasource(dataSource)
    .withTarget(insight(query, { params, variables }))
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .links(exportLinks(query, variables, params));

export const limits = (variables: readonly VariableField[]) =>
  reported(usagePanelIds.limits, 'usage-limits', variables)
    .title('Usage against limits')
    .description(
      'Each limit that the settings of the server name as product.figure, beside what all accounts report together. Orange from 80 %, red from 100 %; an empty cell is a figure that no account reports.',
    )
    .withTransformation(inOrder('Product', 'Figure', 'Value', 'Limit', 'Used'))
    .overrideByName('product', [width(90)])
    .overrideByName('figure', [width(160)])
    .overrideByName('value', [...count, notKnown, width(100)])
    .overrideByName('limit', [...count, width(100)])
    .overrideByName('used', [
      notKnown,
      unit('percentunit'),
      { id: 'decimals', value: 0 },
      { id: 'min', value: 0 },
      { id: 'max', value: 1 },
      byThreshold,
      barSteps([0.8, 'orange'], [1, 'red']),
      bar(),
    ]);

export const growth = (variables: readonly VariableField[]) =>
  reported(usagePanelIds.growth, 'usage-growth', variables)
    .title('By account and product')
    .description(
      'Clients and secrets at the end of the range against one month earlier, and against the usual change: the median of the six months before. Empty where too little was reported to say.',
    )
    .withTransformation(
      inOrder(
        'Account',
        'Product',
        'Figure',
        'Value',
        'A month before',
        'Change',
        'Usual',
        'Above usual',
      ),
    )
    .overrideByName('product', [width(80)])
    .overrideByName('figure', [width(120)])
    .overrideByName('value', [...count, width(80)])
    .overrideByName('month_before', [...count, width(120)])
    .overrideByName('change', [...share, width(80)])
    .overrideByName('usual', [...share, width(80)])
    .overrideByName('above_usual', [
      ...share,
      width(110),
      byThreshold,
      steps([0.15, 'orange'], [0.5, 'red']),
      asText,
    ]);

const clients = (
  id: number,
  query: string,
  variables: readonly VariableField[],
  params: Readonly<Record<string, string>> = {},
) =>
  reported(id, query, variables, params)
    .withTransformation(
      inOrder(
        'Client',
        'Exceeded',
        'Product',
        'Auth method',
        'Auth method name',
        'Access id',
        'Account',
        'Last seen',
      ),
    )
    .overrideByName('exceeded', [...count, width(100), byThreshold, steps([1, 'red']), asText])
    .overrideByName('product', [width(80)])
    .overrideByName('auth_method', [width(110)])
    .overrideByName('last_seen', [...minute, notKnown]);

export const exceededClients = (variables: readonly VariableField[]) =>
  clients(usagePanelIds.exceeded, 'exceeded-clients', variables)
    .title('Clients over their share of the licence')
    .description(
      'Clients of all products that go over their share in the newest reports, and by how much. No row: none does.',
    )
    .overrideByName('auth_method_name', hidden)
    .overrideByName('access_id', hidden);

export const clientUsage = (id: number, variables: readonly VariableField[]) =>
  clients(id, 'client-usage', variables, { product: '${product}' })
    .title('Clients of the product')
    .description(
      'Every client in the newest reports, those over their share first. Last seen is its newest request in the range, else when its auth method was last used.',
    );

export const accounts = (id: number, variables: readonly VariableField[]) =>
  reported(id, 'account-rollup', variables, { product: '${product}' })
    .title('Accounts')
    .description(
      'Each account beside the others, as one organisation: clients and secrets of the product in its newest report. An empty cell is a figure that the account does not report.',
    )
    .overrideByName('total_clients', [...count, notKnown, width(100)])
    .overrideByName('total_secrets', [...count, notKnown, width(100)])
    .overrideByName('exceeded', [...count, notKnown, width(100)])
    .overrideByName('updated_at', minute)
    .overrideByName('source', [width(110)]);

const hour = 3600;

export const snapshots = (id: number, variables: readonly VariableField[]) =>
  reported(id, 'usage-snapshots', variables)
    .title('Age of the reports')
    .description(
      'When the vendor computed the newest usage report of each account, and how long ago that is. Orange from one day on, red from two.',
    )
    .overrideByName('age_seconds', [
      unit('s'),
      width(110),
      byThreshold,
      steps([24 * hour, 'orange'], [48 * hour, 'red']),
      asText,
    ])
    .overrideByName('updated_at', minute)
    .overrideByName('source', [width(110)]);
