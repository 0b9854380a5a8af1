import { TableCellDisplayMode, TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';

import { here, links } from '../links';
import { dataSource, insight, inventoryVariables } from '../query';
import { hidden, openInVendor, titled, width } from './columns';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const month = '${month}';
const kept = [...inventoryVariables];
/** Grafana keeps what an address does not name. */
const nothingChosen = { week: '', weekday: '', cell: '' };

/** By their first characters, which the server puts there; a rule's colour without a text keeps the text. */
const pills: readonly [pattern: string, color: string][] = [
  ['^↻ .*', '#1f60c4'],
  ['^◷ .*', '#b8620e'],
  ['^\\+.*', '#5b6270'],
  ['^●.*', '#37872d'],
  ['^(\\d*)$', 'transparent'],
];

const cell = (day: string): DynamicConfigValue[] => [
  {
    id: 'custom.cellOptions',
    value: { type: TableCellDisplayMode.ColorBackground, mode: 'basic' },
  },
  {
    id: 'mappings',
    value: pills.map(([pattern, color], index) => ({
      type: 'regex',
      options: { pattern, result: { color, index } },
    })),
  },
  { id: 'color', value: { mode: 'fixed', fixedColor: 'transparent' } },
  { id: 'custom.minWidth', value: 80 },
  links(
    here('Show beside the calendar', [...kept, 'month'], {
      week: '${__data.fields.week:percentencode}',
      weekday: day,
      cell: '${__value.raw:percentencode}',
    }),
  ),
];

/** Three rows a week: the day, its first event, and its second one or how many more there are. */
export const monthCalendar = (id: number) =>
  weekdays.reduce(
    (panel, day) => panel.overrideByName(day, cell(day)),
    new Table()
      .id(id)
      .title('Rotation and reminder calendar')
      .description(
        '↻ rotations in blue, ◷ reminders in orange, today with ●. Those that come again are shown at each of their dates from now on. Click an event for its details, +N more or a day for all of that day.',
      )
      .datasource(dataSource)
      .withTarget(
        insight('calendar', {
          params: { shape: 'grid', month, week_column: true },
          variables: inventoryVariables,
        }),
      )
      .cellHeight(TableCellHeight.Sm)
      .overrideByName('week', hidden),
  );

const step = (title: string): DynamicConfigValue[] => [
  titled(title),
  { id: 'custom.align', value: 'center' },
  links(here('Show this month', kept, { ...nothingChosen, month: '${__value.raw:percentencode}' })),
];

/** Infisical's chevrons. */
export const monthSteps = (id: number) =>
  new Table()
    .id(id)
    .title('Month')
    .description('Click a month to see it in the calendar.')
    .datasource(dataSource)
    .withTarget(
      insight('calendar', { params: { shape: 'months', month }, variables: inventoryVariables }),
    )
    .cellHeight(TableCellHeight.Sm)
    .overrideByName('previous', step('‹ Previous'))
    .overrideByName('month', [
      titled('Shown'),
      { id: 'custom.align', value: 'center' },
      links(here('Back to the current month', kept, { ...nothingChosen, month: '' })),
    ])
    .overrideByName('next', step('Next ›'));

/** What was clicked in the calendar, or the whole month. */
export const chosenEvents = (id: number) =>
  new Table()
    .id(id)
    .title('Details of what was clicked in the calendar')
    .description(
      'The event, or all of its day; the whole month as long as nothing was clicked. scheduled: a later date of what comes again, worked out from the days between dates. Click Open to see it in Infisical.',
    )
    .datasource(dataSource)
    .withTarget(
      insight('calendar', {
        params: {
          shape: 'events',
          month,
          week: '${week}',
          weekday: '${weekday}',
          cell: '${cell}',
        },
        variables: inventoryVariables,
      }),
    )
    .cellHeight(TableCellHeight.Sm)
    .unit('locale')
    .overrideByName('at', [titled('Due'), { id: 'unit', value: 'time:MM-DD HH:mm' }, width(100)])
    .overrideByName('kind', hidden)
    .overrideByName('title', [titled('What'), { id: 'custom.inspect', value: true }])
    .overrideByName('project', hidden)
    .overrideByName('environment', hidden)
    .overrideByName('secret_path', hidden)
    .overrideByName('status', [width(125)])
    .overrideByName('projected', hidden)
    .overrideByName('repeat_days', hidden)
    .overrideByName('id', hidden)
    .overrideByName('link', [...openInVendor, width(88)]);
