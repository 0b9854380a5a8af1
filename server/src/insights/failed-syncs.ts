import { failingItems } from './failing-items';

export const failedSyncs = failingItems({
  id: 'failed-syncs',
  title: 'Failed syncs',
  about: 'Syncs of secrets to other places whose last run failed, the longest failing first.',
  kind: 'sync',
  things: 'syncs',
});
