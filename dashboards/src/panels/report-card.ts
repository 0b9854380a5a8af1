import { PanelBuilder as Text, TextMode } from '@grafana/grafana-foundation-sdk/text';

import { toPanel } from '../links';

const { url } = toPanel('', 'auditReports', ['project']);

/** Infisical's card; its buttons are on the dashboard that it leads to. */
export const auditReportCard = (id: number) =>
  new Text()
    .id(id)
    .title('Audit reports')
    .description('Leads to the dashboard that makes reports and has their history.')
    .mode(TextMode.Markdown)
    .content(`Point-in-time CSV reports by mail or download.\n\n### [Generate report ›](${url})`);
