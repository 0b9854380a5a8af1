import { deliveryAlerts, postureAlerts } from './alerts-posture';
import { usageAlerts } from './alerts-usage';
import {
  contactPointName,
  dashboardUids,
  folderTitle,
  panelIds,
  provisionedDataSourceUid,
  rotationHorizonDays,
} from './ids';
import type { SavedQuery } from './query';

const secondsPerDay = 86_400;

const failedAttempts: SavedQuery = {
  refId: 'A',
  insight: 'rotation-failures',
  version: 1,
  // One frame per project and rotation, its value the failed attempts since the last success.
  format: 'numeric',
  params: {},
  filters: [],
};

const moreThanNone = {
  refId: 'B',
  type: 'threshold',
  datasource: { type: '__expr__', uid: '__expr__' },
  expression: failedAttempts.refId,
  conditions: [{ type: 'query', evaluator: { type: 'gt', params: [0] } }],
};

const rotationFailed = {
  uid: 'secret-insights-rotation-failed',
  title: 'Rotation failed',
  condition: moreThanNone.refId,
  data: [
    {
      refId: failedAttempts.refId,
      datasourceUid: provisionedDataSourceUid,
      relativeTimeRange: { from: rotationHorizonDays * secondsPerDay, to: 0 },
      model: failedAttempts,
    },
    { refId: moreThanNone.refId, datasourceUid: '__expr__', model: moreThanNone },
  ],
  dashboardUid: dashboardUids.access,
  panelId: panelIds.rotationFailures,
  // Infisical retries by itself; an attempt that succeeds within this time wakes nobody.
  for: '5m',
  // No rotation ever failed: nothing to say, and nothing wrong.
  noDataState: 'OK',
  execErrState: 'Error',
  annotations: {
    summary: 'Rotation {{ $labels.rotation_name }} in {{ $labels.project }} fails',
    description:
      'Failed attempts since the last success: {{ $values.A.Value }}. The secrets that {{ $labels.rotation_name }} ({{ $labels.rotation_id }}) looks after keep their old values until an attempt succeeds.',
    // From a file Grafana takes the link to the panel from here, not from the two keys above.
    __dashboardUid__: dashboardUids.access,
    __panelId__: String(panelIds.rotationFailures),
  },
  labels: { severity: 'warning' },
  // Routed here and not by a policy file, which would replace the organisation's whole routing.
  notification_settings: { receiver: contactPointName },
};

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
