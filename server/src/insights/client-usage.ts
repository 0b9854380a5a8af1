import { sql } from '../store/sql';
import { defineInsight } from './define';
import { clientColumns, clientsQuery } from './usage-clients';
import { usageFilters, usageParams } from './usage-fields';
import { rollingDays } from './windows';

export const clientUsage = defineInsight({
  id: 'client-usage',
  version: 1,
  title: 'Client usage',
  about:
    'Every client in the newest reports of all accounts, those that go over their share of the licence first; of all products where none is named.',
  shape: 'table',
  needs: 'usage',
  defaultWindow: rollingDays(30),
  knownFrom: ['usage'],
  params: usageParams,
  filters: usageFilters,
  columns: clientColumns,
  query: ({ param: { product }, ...relations }) => clientsQuery(relations, product, sql`1`),
});
