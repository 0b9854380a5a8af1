import { contactPointName, provisionedDataSourceUid } from './ids';
import type { SavedQuery } from './query';

export interface AlertRule {
  uid: string;
  title: string;
  insight: string;
  params?: Record<string, unknown>;
  /** Where the panel is that shows the same. */
  dashboard: string;
  panelId: number;
  /** Seconds back that the insight is asked about. */
  range: number;
  /** Fires where the first figure of a row is above this. */
  above: number;
  /** Also where it is exactly that. */
  orExactly?: boolean;
  /** How long it has to be so. */
  lasting: string;
  severity: 'warning' | 'critical';
  summary: string;
  description: string;
}

/** A rule over the rows of an insight: each row fires by itself, with its names as labels. */
export const alertRule = (rule: AlertRule) => {
  const { uid, title, insight, params = {}, dashboard, panelId } = rule;
  const asked: SavedQuery = {
    refId: 'A',
    insight,
    version: 1,
    format: 'numeric',
    params,
    filters: [],
  };
  const threshold = {
    refId: 'B',
    type: 'threshold',
    datasource: { type: '__expr__', uid: '__expr__' },
    expression: asked.refId,
    conditions: [
      {
        type: 'query',
        evaluator: { type: rule.orExactly ? 'gte' : 'gt', params: [rule.above] },
      },
    ],
  };
  return {
    uid,
    title,
    condition: threshold.refId,
    data: [
      {
        refId: asked.refId,
        datasourceUid: provisionedDataSourceUid,
        relativeTimeRange: { from: rule.range, to: 0 },
        model: asked,
      },
      { refId: threshold.refId, datasourceUid: '__expr__', model: threshold },
    ],
    dashboardUid: dashboard,
    panelId,
    for: rule.lasting,
    // No row: nothing to say. What is unknown has none either, and is told by the collectors.
    noDataState: 'OK',
    execErrState: 'Error',
    annotations: {
      summary: rule.summary,
      description: rule.description,
      // From a file Grafana takes the link to the panel from here, not from the two keys above.
      __dashboardUid__: dashboard,
      __panelId__: String(panelId),
    },
    labels: { severity: rule.severity },
    // Routed here and not by a policy file, which would replace the organisation's whole routing.
    notification_settings: { receiver: contactPointName },
  };
};
