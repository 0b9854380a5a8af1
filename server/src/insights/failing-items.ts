import type { Relations } from '../store/relations/relations';
import type { ItemKind } from '../store/relations/inventory';
import { sql } from '../store/sql';
import { asOfParam } from './as-of';
import { key, label, time } from './columns';
import { defineInsight } from './define';
import type { Insight } from './define';
import { noWindow, place, placeFilters } from './inventory-fields';

/** A list of items that failed, with the time from which they were seen so. */
export const failingItems = ({
  kind,
  things,
  ...about
}: Pick<Insight, 'id' | 'title' | 'about'> & { kind: ItemKind; things: string }): Insight =>
  defineInsight({
    ...about,
    version: 1,
    shape: 'table',
    defaultWindow: noWindow,
    knownFrom: ['inventory'],
    needsKinds: true,
    params: { as_of: asOfParam },
    filters: placeFilters,
    columns: {
      name: key('Name', 'Name of what failed'),
      ...place,
      since: time('Since', 'When it was first seen so'),
      message: label('Message', 'Error text, as the vendor gave it', { needs: 'audit' }),
    },
    query: ({ failedItems }: Pick<Relations, 'failedItems'>) => sql`
      SELECT name, project, environment, secret_path, since, message FROM ${failedItems(kind)}
      ORDER BY since, project, environment, secret_path, name`,
    after: (rows, _, { kinds }) => ({
      rows,
      notices: kinds.has(kind)
        ? []
        : [{ severity: 'info', text: `Unknown: no source delivers ${things}.` }],
    }),
  });
