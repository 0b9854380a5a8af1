import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

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
