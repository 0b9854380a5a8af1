import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import {
  MappingType,
  type DynamicConfigValue,
  type RegexMap,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';

import { panelIds, rotationHorizonDays } from '../ids';
import { dataSource, insight } from '../query';
import { count, hidden, minute, unit, width } from './columns';

/** Frames cannot carry regex mappings (the Go decoder stops at them), so the panel does. */
const colouredBy = (pattern: string, color: string, index: number): RegexMap => ({
  type: MappingType.RegexToText,
  options: { pattern, result: { color, index } },
});

const stateColours: DynamicConfigValue[] = [
  {
    id: 'custom.cellOptions',
    value: { type: TableCellDisplayMode.ColorBackground, mode: 'basic' },
  },
  {
    id: 'mappings',
    value: [
      colouredBy('/^fail/i', 'semi-dark-red', 0),
      colouredBy('/^(recovered|ok|success)/i', 'semi-dark-green', 1),
      // Without a last rule every other text would be painted in the threshold's green.
      colouredBy('/.*/', 'transparent', 2),
    ],
  },
  width(110),
];

export const rotationFailures = () =>
  new Table()
    .id(panelIds.rotationFailures)
    .title('Rotations that failed')
    .description(
      `Every rotation with a failed attempt in the past ${rotationHorizonDays} days: failing until an attempt succeeds, then recovered. Attempts are those since the last success. Error texts are shown to editors.`,
    )
    .datasource(dataSource)
    .withTarget(insight('rotation-failures', { variables: ['project'] }))
    .timeFrom(`${rotationHorizonDays}d`)
    .gridPos({ x: 0, y: 38, w: 24, h: 6 })
    .unit('locale')
    .overrideByName('rotation_id', hidden)
    .overrideByName('project', [width(140)])
    .overrideByName('rotation_name', [width(240)])
    .overrideByName('environment', [width(110)])
    .overrideByName('secret_path', [width(130)])
    .overrideByName('state', stateColours)
    .overrideByName('failing_since', minute)
    .overrideByName('last_success_at', minute)
    .overrideByName('attempts_failed', [...count, width(120)])
    .overrideByName('message', [unit('string'), { id: 'custom.inspect', value: true }]);
