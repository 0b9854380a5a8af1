import {
  GraphDrawStyle,
  TableCellHeight,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

import { posturePanelIds } from '../ids';
import { dataLink, links, toDashboard, toPanel } from '../links';
import { dataSource, insight, inventoryVariables } from '../query';
import {
  blue,
  count,
  gauge,
  hidden,
  minute,
  onlyColumns,
  share,
  unknownIfEmpty,
  width,
} from './columns';
import { figures } from './figures';
import { list, secretLink } from './posture';

const numbers = (id: number, query: string, params: Record<string, unknown> = {}) =>
  figures()
    .id(id)
    .datasource(dataSource)
    .withTarget(insight(query, { params, variables: inventoryVariables }))
    .unit('locale')
    .noValue('unknown');

export const inventoryCounts = (id: number) =>
  numbers(id, 'inventory-counts')
    .title('What there is')
    .description(
      'Infisical gives folders, dynamic secrets and honey tokens to nobody who asks for secrets: unknown, and not none.',
    )
    .dataLinks([dataLink(toPanel('Rotations and reminders', 'rotations', inventoryVariables))]);

export const staleNumbers = (id: number) =>
  numbers(id, 'summary', { stale_days: '${stale_days}' })
    .title('Secrets')
    .description(
      'Secrets that nobody changed for more than the days chosen above, and all there are.',
    )
    .withTransformation(onlyColumns('stale_secrets', 'total_secrets'));

export const projectRanking = (id: number) =>
  new Table()
    .id(id)
    .title('Projects by what needs attention')
    .description(
      'Failed rotations count 100, failed syncs 50, orphaned leases 25 and duplicated secrets 1. What is unknown says so and counts nothing. Click a project for its rotations, its number of stale secrets for their list.',
    )
    .datasource(dataSource)
    .withTarget(insight('project-ranking', { variables: inventoryVariables }))
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .overrideByName('project', [
      links(toDashboard('Rotations and reminders', 'rotations', { project: 'project' })),
    ])
    .overrideByName('severity_score', [...count, ...gauge(), width(220)])
    .overrideByName('failed_syncs', [unknownIfEmpty])
    .overrideByName('orphaned_leases', [unknownIfEmpty])
    .overrideByName('duplicated_secrets', [unknownIfEmpty])
    .overrideByName('stale_secrets', [
      ...count,
      links(toDashboard('Its stale secrets', 'staleSecrets', { project: 'project' })),
    ]);

export const staleShares = () =>
  new Table()
    .id(posturePanelIds.staleShare)
    .title('Stale by project')
    .description(
      'Which part of its secrets each project has not changed for the days chosen above.',
    )
    .datasource(dataSource)
    .withTarget(
      insight('stale-share', {
        params: { stale_days: '${stale_days}' },
        variables: inventoryVariables,
      }),
    )
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .overrideByName('project', [width(200)])
    .overrideByName('stale_share', [...share, ...gauge(), { id: 'max', value: 1 }])
    .overrideByName('stale_secrets', [...count, width(130)])
    .overrideByName('total_secrets', [...count, width(110)]);

export const newSecrets = (id: number) =>
  new TimeSeries()
    .id(id)
    .title('New secrets per week')
    .description(
      'Secrets by the ISO week in which they were created, 12 weeks. The last week is still running.',
    )
    .datasource(dataSource)
    .withTarget(insight('new-secrets', { params: { weeks: 12 }, variables: inventoryVariables }))
    .timeFrom('12w')
    .unit('locale')
    .decimals(0)
    .min(0)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .lineWidth(0)
    .colorScheme(blue())
    .legend(new VizLegendOptionsBuilder().showLegend(false));

export const duplicateSecrets = (id: number) =>
  list(id, 'duplicate-secrets', { scope: 'organisation' })
    .title('Duplicate secrets')
    .description(
      'Secrets with the same number have the same value, also across projects. Unknown, and not none, for sources whose settings have no digest_key.',
    )
    .overrideByName('group_id', [width(75)])
    .overrideByName('secret_key', [secretLink])
    .overrideByName('copies', [...count, width(85)]);

export const validationViolations = (id: number) =>
  list(id, 'validation-violations')
    .title('Broken validation rules')
    .description(
      'Secrets that break a rule of the settings. Unknown, and not none, for sources without rules.',
    )
    .overrideByName('secret_key', [secretLink, width(190)])
    .overrideByName('project', [width(110)])
    .overrideByName('environment', [width(100)])
    .overrideByName('secret_path', [width(120)])
    .overrideByName('constraint_type', hidden)
    .overrideByName('rule_name', [width(210)])
    .overrideByName('violation', [{ id: 'custom.inspect', value: true }]);

export const failingItems = (
  id: number,
  query: 'failed-syncs' | 'orphaned-leases',
  title: string,
) =>
  list(id, query)
    .title(title)
    .description('Empty also where no source delivers them: the notice in the corner says so.')
    .noValue('None, or unknown: see the notice above')
    .overrideByName('since', minute);
