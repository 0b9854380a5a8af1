import { failingItems } from './failing-items';

export const orphanedLeases = failingItems({
  id: 'orphaned-leases',
  title: 'Orphaned leases',
  about:
    'Leases of dynamic secrets that could not be taken back, so that their credentials may still work, the oldest first.',
  kind: 'lease',
  things: 'leases',
});
