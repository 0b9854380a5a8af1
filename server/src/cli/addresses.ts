import { padRight } from './terminal';
import type { Paint } from './terminal';

export interface Place {
  url: string;
  /** Whether commands find the server there without being told. */
  isUsual: boolean;
  /** Where the mails of the demo are read. */
  mail: string | null;
}

/** Where to go from here, for the end of a start. */
export function renderAddresses({ url, isUsual, mail }: Place, paint: Paint): string {
  const { host } = new URL(url);
  const command = `${isUsual ? '' : `SECRET_INSIGHTS_BIND=${host} `}npx secret-insights`;
  const grafana = `${isUsual ? '' : `SECRET_INSIGHTS_URL=${url} `}GRAFANA_HOME=…`;
  const entries: [string, string][] = [
    ['API', `${url}/api/v1/insights`],
    ['OpenAPI', `${url}/openapi.json`],
    ['Token', 'data/admin-token'],
    ['Ask', `${command} query access-volume --from now-30d`],
    ['Import', `${command} import FILE`],
    ...(mail === null ? [] : [['Mail', `${mail}  (the first report)`] as [string, string]]),
    ['Grafana', `${grafana} npm run grafana`],
  ];
  return entries.map(([name, where]) => `  ${paint.bold(padRight(name, 8))} ${where}`).join('\n');
}
