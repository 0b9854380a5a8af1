import { alertRule } from './alert-rule';
import { deliveryAlerts, postureAlerts } from './alerts-posture';
import { usageAlerts } from './alerts-usage';
import { contactPointName, dashboardUids, folderTitle, panelIds, rotationHorizonDays } from './ids';

const secondsPerDay = 86_400;

const rotationFailed = alertRule({
  uid: 'secret-insights-rotation-failed',
  title: 'Rotation failed',
  // One row per project and rotation, its value the failed attempts since the last success.
  insight: 'rotation-failures',
  dashboard: dashboardUids.access,
  panelId: panelIds.rotationFailures,
  range: rotationHorizonDays * secondsPerDay,
  above: 0,
  // Infisical retries by itself; an attempt that succeeds within this time wakes nobody.
  lasting: '5m',
  severity: 'warning',
  summary: 'Rotation {{ $labels.rotation_name }} in {{ $labels.project }} fails',
  description:
    'Failed attempts since the last success: {{ $values.A.Value }}. The secrets that {{ $labels.rotation_name }} ({{ $labels.rotation_id }}) looks after keep their old values until an attempt succeeds.',
});

/** provisioning/alerting/rules.yaml */
export const alertRules = {
  apiVersion: 1,
  groups: [
    { orgId: 1, name: 'Rotations', folder: folderTitle, interval: '1m', rules: [rotationFailed] },
    { orgId: 1, name: 'Posture', folder: folderTitle, interval: '1m', rules: postureAlerts },
    { orgId: 1, name: 'Delivery', folder: folderTitle, interval: '1m', rules: deliveryAlerts },
    { orgId: 1, name: 'Usage', folder: folderTitle, interval: '1m', rules: usageAlerts },
  ],
};

/** provisioning/alerting/contact-points.yaml */
export const contactPoints = {
  apiVersion: 1,
  contactPoints: [
    {
      orgId: 1,
      name: contactPointName,
      receivers: [
        {
          uid: 'secret-insights-webhook',
          type: 'webhook',
          settings: { url: '$SECRET_INSIGHTS_ALERT_WEBHOOK', httpMethod: 'POST' },
          disableResolveMessage: false,
        },
      ],
    },
  ],
};
