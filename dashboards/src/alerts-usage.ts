import { alertRule } from './alert-rule';
import { dashboardUids, usagePanelIds } from './ids';

const day = 86_400;

const ofUsage = { dashboard: dashboardUids.clientsAndLimits, range: 30 * day };

/** Akeyless calls the event `usage-report`. */
export const usageAlerts = [
  alertRule({
    ...ofUsage,
    uid: 'secret-insights-clients-exceeded',
    title: 'Client over its share of the licence',
    insight: 'exceeded-clients',
    panelId: usagePanelIds.exceeded,
    above: 0,
    lasting: '5m',
    severity: 'warning',
    summary: 'Client {{ $labels.client }} of {{ $labels.account }} is over its share',
    description:
      '{{ $labels.client }} ({{ $labels.access_id }}) goes over its share of the licence for {{ $labels.product }} by {{ $values.A.Value }}, says the newest report of {{ $labels.account }}.',
  }),
  alertRule({
    ...ofUsage,
    uid: 'secret-insights-usage-near-limit',
    title: 'Usage at 80 % of a limit',
    insight: 'usage-limits',
    panelId: usagePanelIds.limits,
    above: 0.8,
    orExactly: true,
    lasting: '5m',
    severity: 'warning',
    summary:
      '{{ $labels.product }} {{ $labels.figure }} is at {{ humanizePercentage $values.A.Value }} of its limit',
    description:
      'All accounts together use {{ humanizePercentage $values.A.Value }} of what the settings allow for {{ $labels.product }}.{{ $labels.figure }}. The dashboard shows when the limit is reached at this pace.',
  }),
  alertRule({
    ...ofUsage,
    uid: 'secret-insights-usage-at-limit',
    title: 'Usage at its limit',
    insight: 'usage-limits',
    panelId: usagePanelIds.limits,
    above: 1,
    orExactly: true,
    lasting: '5m',
    severity: 'critical',
    summary:
      '{{ $labels.product }} {{ $labels.figure }} is at {{ humanizePercentage $values.A.Value }} of its limit',
    description:
      'All accounts together use {{ humanizePercentage $values.A.Value }} of what the settings allow for {{ $labels.product }}.{{ $labels.figure }}: the limit is reached.',
  }),
  alertRule({
    ...ofUsage,
    uid: 'secret-insights-usage-growth',
    title: 'Usage grows more than usual',
    insight: 'usage-growth',
    panelId: usagePanelIds.growth,
    above: 0.15,
    lasting: '1h',
    severity: 'warning',
    summary:
      '{{ $labels.product }} {{ $labels.figure }} of {{ $labels.account }} grows more than usual',
    description:
      'Within a month it grew by {{ humanizePercentage $values.A.Value }} more than its usual monthly change. The dashboard shows both.',
  }),
  alertRule({
    ...ofUsage,
    uid: 'secret-insights-usage-report-old',
    title: 'Usage report is old',
    insight: 'usage-snapshots',
    panelId: usagePanelIds.snapshots,
    above: day,
    // A report of once a day is just over a day old before the next one comes.
    lasting: '2h',
    severity: 'warning',
    summary:
      'No new usage report of {{ $labels.account }} for {{ humanizeDuration $values.A.Value }}',
    description:
      'The newest usage report of {{ $labels.account }} is older than a day: figures of usage stand still. The dashboard shows how asking the source goes.',
  }),
];
