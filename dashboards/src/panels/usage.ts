import {
  GraphDrawStyle,
  TableCellHeight,
  TooltipDisplayMode,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

import { links, toActor, toDashboard, toSecret } from '../links';
import { dataSource, insight, type VariableField } from '../query';
import { badges, blue, count, gauge, inOrder, minute, share, width } from './columns';
import { exportLinks } from './exports';
import { figures } from './figures';
import { legend } from './legend';

const product = { product: '${product}' };

const stat = (id: number) =>
  figures().id(id).datasource(dataSource).unit('locale').noValue('not known');

export const keyMetrics = (id: number, variables: readonly VariableField[]) =>
  stat(id)
    .title('Key metrics')
    .description(
      'Requests are all calls in the audit log within the range and the filters, without what the platforms do of their own accord; users, actors and applications are counted once each. Clients and secrets are what the accounts report for the product now; not known where none does.',
    )
    .withTarget(insight('usage-totals', { params: product, variables }))
    .links(exportLinks('usage-totals', variables, product));

export const passwordManagerMetrics = (id: number, variables: readonly VariableField[]) =>
  stat(id)
    .title('Password manager')
    .description(
      'People who use the password manager and the passwords they keep in it, of all its products and accounts, as reported last. Not known where no account reports them.',
    )
    .withTarget(insight('password-manager', { variables }))
    .links(exportLinks('password-manager', variables));

export const readsOverTime = (id: number, variables: readonly VariableField[]) =>
  new TimeSeries()
    .id(id)
    .title('Reads over time')
    .description(
      'Requests that handed out secrets, per bucket. A gap is time of which nothing is known; the last bucket is still running.',
    )
    .datasource(dataSource)
    .maxDataPoints(120)
    .withTarget(insight('access-volume', { params: { bucket: 'auto' }, variables }))
    .unit('locale')
    .decimals(0)
    .min(0)
    .colorScheme(blue())
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .lineWidth(0)
    .legend(legend(false))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single))
    .links(exportLinks('access-volume', variables));

const ranking = (id: number, query: string, variables: readonly VariableField[]) =>
  new Table()
    .id(id)
    .datasource(dataSource)
    .withTarget(insight(query, { params: { limit: 10 }, variables }))
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .links(exportLinks(query, variables, { limit: '1000' }));

export const topUsers = (id: number, variables: readonly VariableField[]) =>
  ranking(id, 'top-users', variables)
    .title('Top users')
    .description(
      'The ten people with the most requests of any kind, and their part of the requests of all people. Click one to see this page for them alone, or all they did. The export has up to 1,000.',
    )
    .overrideByName('user', [
      links(
        toDashboard(
          'Only this user here',
          'usageReport',
          { actor: 'user' },
          variables.filter((each) => each !== 'actor'),
        ),
        toActor('user'),
      ),
    ])
    .overrideByName('requests', [...count, ...gauge(), width(130)])
    .overrideByName('share', [...share, width(70)])
    .overrideByName('last_seen', minute);

export const topSecretsUsed = (id: number, variables: readonly VariableField[]) =>
  ranking(id, 'top-secrets', variables)
    .title('Top secrets')
    .description(
      'The ten secrets and keys that reads named most often. Reads of whole folders name none. Click one to see who reads it. The export has up to 1,000.',
    )
    .overrideByName('project', [width(90)])
    .overrideByName('environment', [width(100)])
    .overrideByName('secret_path', [width(100)])
    .overrideByName('secret_key', [links(toSecret())])
    .overrideByName('reads', [...count, ...gauge(), width(130)])
    .overrideByName('readers', [...count, width(80)])
    .overrideByName('last_read', minute);

export const actions = (id: number, variables: readonly VariableField[]) =>
  ranking(id, 'actions', variables)
    .title('Actions')
    .description(
      "Requests by what was asked for, in the vendor's own words, and their part of all requests. Click one to see this page for it alone.",
    )
    .withTransformation(inOrder('Action', 'Class', 'Requests', 'Share', 'Last seen'))
    .overrideByName('action', [
      links(
        toDashboard(
          'Only this action here',
          'usageReport',
          { event: 'action' },
          variables.filter((each) => each !== 'event'),
        ),
      ),
    ])
    .overrideByName('class', [
      ...badges({
        'data-access': 'semi-dark-blue',
        management: 'semi-dark-purple',
        authentication: 'semi-dark-green',
        authorization: 'semi-dark-orange',
      }),
      width(130),
    ])
    .overrideByName('requests', [...count, ...gauge(), width(170)])
    .overrideByName('share', [...share, width(80)])
    .overrideByName('last_seen', minute);
