import { eventDimensions, eventFilters } from './access-filters';

/** What insights about single events and their numbers can be filtered by. */
export const auditFilters = [...eventFilters, 'user', 'identity', 'service', 'severity'] as const;

/** What one can count events by. */
export const auditDimensions = [...eventDimensions, 'actor', 'severity'] as const;
