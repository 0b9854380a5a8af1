import {
  BarGaugeDisplayMode,
  BarGaugeValueMode,
  TableCellDisplayMode,
  TableFooterOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard';

/**
 * Panel defaults only fill in what a frame leaves open; only an override beats the frame. So what a
 * panel insists on, it says with these.
 */
export const hidden: DynamicConfigValue[] = [{ id: 'custom.hidden', value: true }];

export const width = (pixels: number): DynamicConfigValue => ({
  id: 'custom.width',
  value: pixels,
});

export const unit = (id: string): DynamicConfigValue => ({ id: 'unit', value: id });

/** Whole numbers with thousands separators, as Infisical writes them: 5,234. */
export const count: DynamicConfigValue[] = [unit('locale'), { id: 'decimals', value: 0 }];

/** To the minute, in the dashboard's zone. */
export const minute: DynamicConfigValue[] = [unit('time:YYYY-MM-DD HH:mm'), width(150)];

export const share: DynamicConfigValue[] = [unit('percentunit'), { id: 'decimals', value: 1 }];

export const calmBlue = { mode: 'fixed', fixedColor: 'blue' } as const;

/** The same for a whole panel. */
export const blue = () => new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor('blue');

/** Names each slice or bar after its row; otherwise all of them carry the title of the number column. */
export const namedAfter = (column: string): DynamicConfigValue => ({
  id: 'displayName',
  value: `\${__data.fields.${column}}`,
});

/** A row without a value in its text column would have no name at all. */
export const emptyShownAs = (text: string): DynamicConfigValue => ({
  id: 'mappings',
  value: [{ type: 'special', options: { match: 'empty', result: { text, index: 0 } } }],
});

/** Slices and bars are named by every text column left in the frame, so only these two may stay. */
export const onlyColumns = (...names: string[]) => ({
  id: 'filterFieldsByName',
  options: { include: { names } },
});

/** A bar in the cell, by the column's own limits and colours. */
export const bar = (number = BarGaugeValueMode.Text): DynamicConfigValue => ({
  id: 'custom.cellOptions',
  value: {
    type: TableCellDisplayMode.Gauge,
    mode: BarGaugeDisplayMode.Basic,
    valueDisplayMode: number,
  },
});

/** A bar in the cell, as long as its number is large; the number beside it unless told otherwise. */
export const gauge = (number?: BarGaugeValueMode): DynamicConfigValue[] => [
  { id: 'min', value: 0 },
  { id: 'color', value: calmBlue },
  bar(number),
];

/** Texts of a column on a colour each, as a badge; what is not named stays plain. */
export const badges = (
  colours: Readonly<Record<string, string>>,
  texts: Readonly<Record<string, string>> = {},
): DynamicConfigValue[] => [
  {
    id: 'custom.cellOptions',
    value: { type: TableCellDisplayMode.ColorBackground, mode: 'basic' },
  },
  {
    id: 'mappings',
    value: [
      {
        type: 'value',
        options: Object.fromEntries(
          Object.entries(colours).map(([value, color], index) => [
            value,
            { color, index, ...(texts[value] !== undefined && { text: texts[value] }) },
          ]),
        ),
      },
    ],
  },
  // Without this every other text would be painted in the threshold's green.
  { id: 'color', value: { mode: 'fixed', fixedColor: 'transparent' } },
];

/** What is not known says so, and is no 0. */
export const unknownIfEmpty: DynamicConfigValue = {
  id: 'mappings',
  value: [{ type: 'special', options: { match: 'null', result: { text: 'unknown', index: 0 } } }],
};

/** Where the row is in Infisical's own interface; empty without a link template for its source. */
export const openInVendor: DynamicConfigValue[] = [
  { id: 'displayName', value: 'Infisical' },
  width(95),
  {
    id: 'mappings',
    value: [
      { type: 'regex', options: { pattern: '^http.*', result: { text: 'Open ↗', index: 0 } } },
    ],
  },
  {
    id: 'links',
    // As it is: Grafana would encode it once more.
    value: [{ title: 'Open in Infisical', url: '${__value.raw:raw}', targetBlank: true }],
  },
];

/** Ten rows a page, as Infisical's lists have them, where the panel is as high as `tenRows`. */
export const paged = () =>
  new TableFooterOptionsBuilder()
    .show(false)
    .reducer(['sum'])
    .countRows(false)
    .enablePagination(true);
export const tenRows = 14;

export const titled = (title: string): DynamicConfigValue => ({ id: 'displayName', value: title });

/** Columns in this order, by the titles that the server gives them; Grafana knows no keys here. */
export const inOrder = (...titles: string[]) => ({
  id: 'organize',
  options: { indexByName: Object.fromEntries(titles.map((title, index) => [title, index])) },
});
