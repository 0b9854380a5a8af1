import { asOfParam } from './as-of';
import { count, key, share } from './columns';
import { defineInsight } from './define';
import { noWindow } from './inventory-fields';
import { byLabel, figureLabels } from './usage-by-label';
import { usageFilters } from './usage-fields';

export const certificatesByRisk = defineInsight({
  id: 'certificates-by-risk',
  version: 1,
  title: 'Certificates by risk',
  about:
    "Certificates by how near their end is, as the newest reports of all accounts count them. Labels are the vendor's own; those that differ only in case count together.",
  shape: 'table',
  needs: 'usage',
  defaultWindow: noWindow,
  knownFrom: ['usage'],
  params: { as_of: asOfParam },
  filters: usageFilters,
  columns: {
    label: key('Risk', "The vendor's own word for the risk"),
    count: count('Certificates', 'Certificates at this risk'),
    share: share('Share', 'Part of all certificates'),
  },
  query: ({ usageFigures }) => byLabel(figureLabels(usageFigures(), 'certificates_by_risk', '')),
});
