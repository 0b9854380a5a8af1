import { alertRule } from './alert-rule';
import { dashboardUids, panelIds, posturePanelIds } from './ids';

const hour = 3_600;
const day = 24 * hour;
const where = '{{ $labels.environment }} {{ $labels.secret_path }} of {{ $labels.project }}';

/** What is overdue, what grew old, and whether we would notice at all. */
export const postureAlerts = [
  alertRule({
    uid: 'secret-insights-rotation-overdue',
    title: 'Rotation overdue',
    insight: 'overdue-rotations',
    dashboard: dashboardUids.rotations,
    panelId: posturePanelIds.overdueRotations,
    range: day,
    // A rotation takes a moment, and is seen at the next poll.
    above: hour,
    lasting: '5m',
    severity: 'warning',
    summary: 'Rotation {{ $labels.rotation_name }} of {{ $labels.project }} is overdue',
    description: `{{ $labels.rotation_name }} in ${where} should have run {{ humanizeDuration $values.A.Value }} ago and did not. Its secrets keep their old values until it does.`,
  }),
  alertRule({
    uid: 'secret-insights-reminder-overdue',
    title: 'Reminder overdue',
    insight: 'overdue-reminders',
    dashboard: dashboardUids.rotations,
    panelId: posturePanelIds.overdueReminders,
    range: day,
    above: 0,
    lasting: '5m',
    severity: 'warning',
    summary: 'Reminder of {{ $labels.secret_key }} in {{ $labels.project }} is overdue',
    description: `Somebody wanted to be reminded of {{ $labels.secret_key }} in ${where}, {{ humanizeDuration $values.A.Value }} ago. Do what it says, then set it anew or remove it in Infisical.`,
  }),
  alertRule({
    uid: 'secret-insights-stale-share',
    title: 'Many stale secrets',
    insight: 'stale-share',
    params: { stale_days: 90 },
    dashboard: dashboardUids.staleSecrets,
    panelId: posturePanelIds.staleShare,
    range: day,
    above: 0.33,
    lasting: '1h',
    severity: 'warning',
    summary:
      '{{ humanizePercentage $values.A.Value }} of the secrets of {{ $labels.project }} are stale',
    description:
      'Nobody changed {{ humanizePercentage $values.A.Value }} of the secrets of {{ $labels.project }} for more than 90 days. The dashboard lists them, the oldest first.',
  }),
];

export const deliveryAlerts = [
  alertRule({
    uid: 'secret-insights-collector-failing',
    title: 'Collector failing',
    insight: 'collectors',
    // An Infisical whose plan has no rotations refuses them for good.
    params: { leave_out: 'rotations' },
    dashboard: dashboardUids.organisation,
    panelId: posturePanelIds.collectors,
    range: 7 * day,
    above: 0,
    lasting: '30m',
    severity: 'warning',
    summary: 'Reading {{ $labels.kind }} from {{ $labels.source }} fails',
    description:
      'The newest attempt to read {{ $labels.kind }} from {{ $labels.source }} failed{{ if gt $values.A.Value 1.0 }} in {{ $values.A.Value }} projects{{ end }}. Figures about it stand still{{ if eq $labels.kind "projects" }}, and without the list of projects none is read{{ end }}. The panel says in its column Error what went wrong and what to do.',
  }),
  alertRule({
    uid: 'secret-insights-events-stopped',
    title: 'Events stopped arriving',
    insight: 'coverage',
    dashboard: dashboardUids.access,
    panelId: panelIds.coverage,
    range: 30 * day,
    above: day,
    lasting: '15m',
    severity: 'critical',
    summary:
      'No events{{ with $labels.project }} of {{ . }}{{ end }} from {{ $labels.source }} for more than a day',
    description:
      'The newest audit event{{ with $labels.project }} of {{ . }}{{ end }} from {{ $labels.source }} is {{ humanizeDuration $values.A.Value }} old. Where the secret manager itself shows newer ones, they do not get here: check the stream, table or collector that brings them. Where it shows none, nothing happens there: silence this alert.',
  }),
];
