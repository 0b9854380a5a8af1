import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
  TableCellHeight,
  VizOrientation,
  VizTextDisplayOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';

import { posturePanelIds } from '../ids';
import { links, toPanel, toSecret } from '../links';
import { dataSource, insight, inventoryVariables } from '../query';
import {
  count,
  hidden,
  minute,
  onlyColumns,
  openInVendor,
  paged,
  titled,
  unit,
  width,
} from './columns';

type Link = Parameters<typeof links>[0];

/** Figure and badge as a card; the badge is green as long as it says that there is nothing. */
const card = (id: number, [figure, badge]: [string, string], [toFigure, toBadge]: [Link, Link]) =>
  new Stat()
    .id(id)
    .datasource(dataSource)
    .withTarget(insight('summary', { variables: inventoryVariables }))
    .withTransformation(onlyColumns(figure, badge))
    .reduceOptions(
      new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('/.*/').values(false),
    )
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.Value)
    .justifyMode(BigValueJustifyMode.Center)
    .text(new VizTextDisplayOptionsBuilder().valueSize(24))
    .orientation(VizOrientation.Vertical)
    .noValue('unknown')
    .overrideByName(figure, [
      ...count,
      { id: 'color', value: { mode: 'fixed', fixedColor: 'text' } },
      links(toFigure),
    ])
    .overrideByName(badge, [
      {
        id: 'mappings',
        value: [
          {
            type: 'regex',
            options: { pattern: '^(No|All) .*', result: { color: 'green', index: 0 } },
          },
          {
            type: 'regex',
            options: { pattern: '.* review$', result: { color: 'orange', index: 1 } },
          },
          { type: 'regex', options: { pattern: '^\\d.*', result: { color: 'red', index: 2 } } },
        ],
      },
      links(toBadge),
    ]);

const toRotations = (title: string, panel: number) =>
  toPanel(title, 'rotations', inventoryVariables, panel);

export const rotationsCard = (id: number) =>
  card(
    id,
    ['upcoming_rotations', 'rotations_badge'],
    [
      toRotations('View rotations', posturePanelIds.upcomingRotations),
      toRotations('View failed rotations', posturePanelIds.failedRotations),
    ],
  )
    .title('Upcoming rotations')
    .description(
      'Rotations that are due in the next 7 days, and how many failed. Click the number or the badge for its list.',
    );

export const remindersCard = (id: number) =>
  card(
    id,
    ['upcoming_reminders', 'reminders_badge'],
    [
      toRotations('View upcoming reminders', posturePanelIds.upcomingReminders),
      toRotations('View overdue reminders', posturePanelIds.overdueReminders),
    ],
  )
    .title('Upcoming reminders')
    .description(
      'Reminders that are due in the next 7 days, and how many are overdue. Click the number or the badge for its list.',
    );

const toStale = toPanel('View stale secrets', 'staleSecrets', inventoryVariables);

export const staleCard = (id: number) =>
  card(id, ['stale_secrets', 'stale_badge'], [toStale, toStale])
    .title('Stale secrets')
    .description('Secrets that nobody changed for more than 90 days. Click for their list.');

/** A list of rows that each lead to Infisical and, where they are secrets, to who reads them. */
export const list = (id: number, query: string, params: Record<string, unknown> = {}) =>
  new Table()
    .id(id)
    .datasource(dataSource)
    .withTarget(insight(query, { params, variables: inventoryVariables }))
    .cellHeight(TableCellHeight.Sm)
    .footer(paged())
    .unit('locale')
    .overrideByName('project', [width(140)])
    .overrideByName('environment', [width(110)]);

export const secretLink: DynamicConfigValue = links(toSecret());
const inspect: DynamicConfigValue = { id: 'custom.inspect', value: true };
const days: DynamicConfigValue[] = [unit('suffix: days'), width(110)];

/** `retries in 3h` and `overdue by 2 days` are what needs a look. */
const statusText: DynamicConfigValue[] = [
  width(150),
  { id: 'custom.cellOptions', value: { type: 'color-text' } },
  { id: 'color', value: { mode: 'fixed', fixedColor: 'text' } },
  {
    id: 'mappings',
    value: [
      {
        type: 'regex',
        options: { pattern: '^(failed|retries|overdue).*', result: { color: 'red', index: 0 } },
      },
    ],
  },
];

const rotationList = (id: number, query: string, params?: Record<string, unknown>) =>
  list(id, query, params)
    .overrideByName('rotation_name', [width(230)])
    .overrideByName('secret_keys', [inspect])
    .overrideByName('secret_path', [width(130)])
    .overrideByName('next_rotation_at', minute)
    .overrideByName('rotation_status', hidden)
    .overrideByName('rotation_interval', days)
    .overrideByName('status', statusText)
    .overrideByName('link', openInVendor);

export const overdueRotations = () =>
  rotationList(posturePanelIds.overdueRotations, 'overdue-rotations')
    .title('Overdue rotations')
    .description('Rotations whose date has passed without a run, the oldest first.')
    .overrideByName('overdue_seconds', hidden);

export const failedRotations = () =>
  rotationList(posturePanelIds.failedRotations, 'failed-rotations')
    .title('Failed rotations')
    .description(
      'Rotations whose last run failed, the longest failing first. Error texts are shown to editors.',
    )
    .overrideByName('secret_keys', hidden)
    .overrideByName('rotation_interval', hidden)
    .overrideByName('failing_since', minute)
    .overrideByName('attempts_failed', [...count, width(120)])
    .overrideByName('message', [inspect]);

export const upcomingRotations = () =>
  rotationList(posturePanelIds.upcomingRotations, 'upcoming-rotations', {
    days_ahead: '${days_ahead}',
  })
    .title('Upcoming rotations')
    .description('Rotations that are due within the days chosen above, the next one first.');

const reminderList = (id: number, query: string, params?: Record<string, unknown>) =>
  list(id, query, params)
    .overrideByName('secret_key', [secretLink, width(260)])
    .overrideByName('secret_path', [width(150)])
    .overrideByName('next_reminder_at', minute)
    .overrideByName('message', [inspect])
    .overrideByName('repeat_days', days)
    .overrideByName('status', statusText)
    .overrideByName('link', openInVendor);

export const overdueReminders = () =>
  reminderList(posturePanelIds.overdueReminders, 'overdue-reminders')
    .title('Overdue reminders')
    .description(
      'Reminders whose date has passed, the oldest first. One that comes again is due on its next date instead.',
    )
    .overrideByName('overdue_seconds', hidden);

export const upcomingReminders = () =>
  reminderList(posturePanelIds.upcomingReminders, 'upcoming-reminders', {
    days_ahead: '${days_ahead}',
  })
    .title('Upcoming reminders')
    .description('Reminders that are due within the days chosen above, the next one first.');

export const staleSecrets = (id: number) =>
  list(id, 'stale-secrets', { stale_days: '${stale_days}' })
    .title('Stale secrets')
    .description(
      'Secrets that nobody changed for more than the days chosen above, the oldest first. Click one to see who reads it.',
    )
    .overrideByName('secret_key', [secretLink])
    .overrideByName('secret_path', [width(180)])
    .overrideByName('last_updated_at', minute)
    .overrideByName('days_since_update', [titled('Unchanged for'), ...days, width(130)])
    .overrideByName('link', openInVendor);
