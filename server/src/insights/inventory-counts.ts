import { sql } from '../store/sql';
import { asOfParam } from './as-of';
import { count } from './columns';
import { defineInsight } from './define';
import { noWindow, placeFilters } from './inventory-fields';

const ofInventory = { knownFrom: 'inventory' } as const;

/** Kinds that a source may not be able to list: with none ever seen, their number is not known. */
const optional = {
  folders: 'folder',
  dynamic_secrets: 'dynamic-secret',
  honey_tokens: 'honey-token',
} as const;

export const inventoryCounts = defineInsight({
  id: 'inventory-counts',
  version: 1,
  title: 'Inventory counts',
  about:
    'How many of each there are. Empty where no source delivers the kind, which needs a licence for some of them.',
  shape: 'numbers',
  defaultWindow: noWindow,
  knownFrom: ['inventory'],
  needsKinds: true,
  params: { as_of: asOfParam },
  filters: placeFilters,
  columns: {
    secrets: count('Secrets', 'Static secrets', ofInventory),
    folders: count('Folders', 'Folders', ofInventory),
    rotations: count('Rotations', 'Secret rotations', ofInventory),
    dynamic_secrets: count('Dynamic secrets', 'Dynamic secrets', ofInventory),
    honey_tokens: count('Honey tokens', 'Secrets that nobody should read', ofInventory),
  },
  query: ({ items }) => sql`
    SELECT countIf(kind = 'secret') AS secrets, countIf(kind = 'folder') AS folders, countIf(kind = 'rotation') AS rotations,
      countIf(kind = 'dynamic-secret') AS dynamic_secrets, countIf(kind = 'honey-token') AS honey_tokens
    FROM ${items(['secret', 'folder', 'rotation', 'dynamic-secret', 'honey-token'], 'kind')}`,
  after: (rows, _, { kinds }) => {
    const unknown = Object.entries(optional).filter(([, kind]) => !kinds.has(kind));
    const empty = Object.fromEntries(unknown.map(([column]) => [column, null]));
    return {
      rows: rows.map((row) => ({ ...row, ...empty })),
      notices:
        unknown.length === 0
          ? []
          : [
              {
                severity: 'info',
                text: `Unknown, because no source delivers them: ${unknown.map(([column]) => column).join(', ')}.`,
              },
            ],
    };
  },
});
