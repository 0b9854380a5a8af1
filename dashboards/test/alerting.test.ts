import type { InsightQuery } from '../../server/src/contract';
import { queryProblems } from './catalogue';
import { allPanels, dashboards } from './dashboard-model';
import { filesIn, readText, readYaml } from './repository';

interface AlertQuery {
  refId: string;
  datasourceUid: string;
  relativeTimeRange?: { from: number; to: number };
  model: InsightQuery & { refId: string; expression?: string };
}

interface AlertRule {
  uid: string;
  title: string;
  condition: string;
  data: AlertQuery[];
  dashboardUid: string;
  panelId: number;
  for: string;
  annotations: Record<string, string>;
  labels: Record<string, string>;
  notification_settings: { receiver: string };
}

interface AlertingFile {
  groups?: { name: string; folder: string; interval: string; rules: AlertRule[] }[];
  contactPoints?: { name: string; receivers: { uid: string; type: string }[] }[];
  policies?: unknown;
  resetPolicies?: unknown;
}

interface DataSources {
  datasources: { uid: string; type: string; url: string; isDefault: boolean }[];
}

const alertingFiles = filesIn('provisioning/alerting', /\.ya?ml$/).map((file) => ({
  file,
  content: readYaml<AlertingFile>(file),
}));
const rules = alertingFiles.flatMap(({ content }) =>
  (content.groups ?? []).flatMap((group) => group.rules),
);
const dataSources = filesIn('provisioning/datasources', /\.ya?ml$/).flatMap(
  (file) => readYaml<DataSources>(file).datasources,
);
const expressions = '__expr__';

/** A `$` that Grafana would take for an environment variable: neither doubled nor an escape's half. */
const loneDollar = /(^|[^$])\$(?!\$)/;

test('there is a rule, and rules have uids and titles of their own', () => {
  expect(rules.length).toBeGreaterThan(0);
  expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
  expect(new Set(rules.map(({ title }) => title)).size).toBe(rules.length);
});

test('no file replaces the routing that an organisation already has', () => {
  const replacing = alertingFiles
    .filter(({ content }) => 'policies' in content || 'resetPolicies' in content)
    .map(({ file }) => file);
  expect(replacing).toEqual([]);
});

test('contact points exist for every rule, in compose too', () => {
  const namesIn = (content: AlertingFile) => (content.contactPoints ?? []).map(({ name }) => name);
  const provisioned = alertingFiles.flatMap(({ content }) => namesIn(content));
  const inCompose = namesIn(readYaml<AlertingFile>('docker/alerting/contact-points.yaml'));
  for (const { notification_settings: settings } of rules) {
    expect(provisioned).toContain(settings.receiver);
    expect(inCompose).toContain(settings.receiver);
  }
});

describe.each(rules.map((rule) => [rule.title, rule] as const))('%s', (_title, rule) => {
  test('its condition and its expressions name queries it has', () => {
    const refIds = rule.data.map(({ refId }) => refId);
    expect(new Set(refIds).size).toBe(refIds.length);
    expect(refIds).toContain(rule.condition);
    for (const { refId, model } of rule.data) {
      expect(model.refId).toBe(refId);
      if (model.expression !== undefined) expect(refIds).toContain(model.expression);
    }
  });

  test('its queries ask the provisioned data source for numbers the server can give', () => {
    const queries = rule.data.filter(({ datasourceUid }) => datasourceUid !== expressions);
    expect(queries.length).toBeGreaterThan(0);
    for (const { datasourceUid, relativeTimeRange, model } of queries) {
      expect(dataSources.map(({ uid }) => uid)).toContain(datasourceUid);
      expect(relativeTimeRange?.from).toBeGreaterThan(0);
      expect(model.format).toBe('numeric');
      expect(queryProblems(model)).toEqual([]);
    }
  });

  test('it points at a panel that shows the same insight', () => {
    const linked = dashboards.find(({ dashboard }) => dashboard.uid === rule.dashboardUid);
    const panel = linked && allPanels(linked.dashboard).find(({ id }) => id === rule.panelId);
    expect(panel?.targets?.map(({ insight }) => insight)).toContain(rule.data[0]?.model.insight);
    // Notifications link to what the annotations name.
    expect(rule.annotations).toMatchObject({
      __dashboardUid__: rule.dashboardUid,
      __panelId__: String(rule.panelId),
    });
  });

  test('annotations take one $ and labels two, as Grafana reads them', () => {
    expect(Object.values(rule.annotations).join('\n')).not.toContain('$$');
    expect(Object.values(rule.labels).filter((label) => loneDollar.test(label))).toEqual([]);
    expect(Object.keys(rule.labels)).toContain('severity');
    expect(Object.keys(rule.annotations)).toEqual(
      expect.arrayContaining(['summary', 'description']),
    );
  });
});

test.each([
  ['{{ $labels.project }}', true],
  ['a $name', true],
  ['{{ $$labels.project }}', false],
  ['warning', false],
])('a lone $ is told from a doubled one: %s', (text, lone) => {
  expect(loneDollar.test(text)).toBe(lone);
});

test('the data source leaves the default alone and takes its address from the environment', () => {
  expect(dataSources).toHaveLength(1);
  expect(dataSources[0]).toMatchObject({ isDefault: false, url: '${SECRET_INSIGHTS_URL}' });
});

test('every environment variable in provisioning is set by npm run grafana', () => {
  const script = readText('scripts/grafana.mjs');
  const used = filesIn('provisioning', /\.ya?ml$/).flatMap((file) =>
    [...readText(file).matchAll(/\$\{?([A-Z][A-Z0-9_]+)/g)].map(([, name]) => name ?? ''),
  );
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((name) => !script.includes(`      ${name}: `))).toEqual([]);
});
