import { contactPointName } from './ids';

interface Channel {
  /** The environment variable that switches the channel on. */
  needs: string;
  content: object;
}

/** One more way for the contact point to send by; Grafana puts receivers of the same name together. */
const receiver = (uid: string, type: string, settings: object) => ({
  orgId: 1,
  name: contactPointName,
  receivers: [{ uid, type, settings, disableResolveMessage: false }],
});

/** What to do is said of an alert that fires; of one that is over it would be wrong. */
const inWords =
  '{{ range .Alerts }}{{ .Status }}: {{ .Annotations.summary }}\n{{ if eq .Status "firing" }}{{ .Annotations.description }}\n{{ with .PanelURL }}{{ . }}\n{{ end }}{{ end }}{{ end }}';

/** The body of ServiceNow's table API. Resolved alerts arrive as well and name the same correlation id. */
const serviceNowIncident = `{{ define "secret_insights.servicenow" }}{{ coll.Dict
  "short_description" (printf "%s: %s" .Status .CommonLabels.alertname)
  "description" (tmpl.Exec "secret_insights.text" .)
  "urgency" (tmpl.Inline "{{ if eq .CommonLabels.severity \\"critical\\" }}1{{ else }}2{{ end }}" .)
  "impact" "2"
  "category" "software"
  "correlation_id" (printf "secret-insights: %s" .CommonLabels.alertname)
  "correlation_display" "Secret Insights"
  | data.ToJSON }}{{ end }}`;

/**
 * Files that are put beside the contact point where their variable is set: Grafana refuses to start
 * with a receiver that has no address, so what is not switched on must not be there.
 */
export const channelFiles: Readonly<Record<string, Channel>> = {
  webhook: {
    needs: 'SECRET_INSIGHTS_ALERT_WEBHOOK',
    content: {
      apiVersion: 1,
      contactPoints: [
        receiver('secret-insights-webhook', 'webhook', {
          url: '$SECRET_INSIGHTS_ALERT_WEBHOOK',
          httpMethod: 'POST',
        }),
      ],
    },
  },
  email: {
    needs: 'SECRET_INSIGHTS_ALERT_EMAIL',
    content: {
      apiVersion: 1,
      contactPoints: [
        receiver('secret-insights-email', 'email', {
          addresses: '$SECRET_INSIGHTS_ALERT_EMAIL',
          singleEmail: true,
        }),
      ],
    },
  },
  slack: {
    needs: 'SECRET_INSIGHTS_ALERT_SLACK',
    content: {
      apiVersion: 1,
      contactPoints: [
        receiver('secret-insights-slack', 'slack', {
          url: '$SECRET_INSIGHTS_ALERT_SLACK',
          title: '{{ .Status }}: {{ .CommonLabels.alertname }}',
          text: inWords,
        }),
      ],
    },
  },
  servicenow: {
    needs: 'SECRET_INSIGHTS_ALERT_SERVICENOW',
    content: {
      apiVersion: 1,
      templates: [
        {
          orgId: 1,
          name: 'Secret Insights: ServiceNow',
          template: `{{ define "secret_insights.text" }}${inWords}{{ end }}\n${serviceNowIncident}\n`,
        },
      ],
      contactPoints: [
        receiver('secret-insights-servicenow', 'webhook', {
          // https://<instance>.service-now.com/api/now/table/incident
          url: '$SECRET_INSIGHTS_ALERT_SERVICENOW',
          httpMethod: 'POST',
          username: '$SECRET_INSIGHTS_ALERT_SERVICENOW_USER',
          password: '$SECRET_INSIGHTS_ALERT_SERVICENOW_PASSWORD',
          payload: { template: '{{ template "secret_insights.servicenow" . }}' },
        }),
      ],
    },
  },
};
