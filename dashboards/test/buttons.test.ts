import { reportTypes } from '../../server/src/reports/report-types';
import { allPanels, dashboards } from './dashboard-model';
import { readText } from './repository';

interface Action {
  type: string;
  title: string;
  confirmation: string;
  fetch: { method: string; url: string; body: string; headers: [string, string][] };
  variables?: { key: string; name: string }[];
}

const buttons = dashboards.flatMap(({ dashboard }) =>
  allPanels(dashboard)
    .flatMap((panel) => panel.fieldConfig?.overrides ?? [])
    .flatMap(({ properties }) => properties.filter(({ id }) => id === 'actions'))
    .flatMap(({ value }) => value as Action[])
    .map((action) => ({ dashboard, action })),
);

/** `*` stands for anything, as in Grafana's setting. */
const allowed = (/buttonsMayCall =\s*'([^']+)'/.exec(readText('scripts/grafana.mjs'))?.[1] ?? '')
  .split(',')
  .map((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`));

test('there are buttons, and compose lets them call what npm run grafana lets them call', () => {
  expect(buttons.length).toBeGreaterThan(0);
  expect(readText('docker-compose.yml')).toContain(
    'GF_SECURITY_ACTIONS_ALLOW_POST_URL: /api/datasources/uid/*/resources/reports*,/api/datasources/uid/*/resources/schedules*',
  );
  expect(allowed).toHaveLength(2);
});

describe.each(buttons.map(({ dashboard, action }) => [action.title, action, dashboard] as const))(
  'button %s',
  (_title, { fetch, confirmation, variables = [] }, dashboard) => {
    test('calls the data source that is chosen, by a method and at a path that Grafana lets through', () => {
      expect(fetch.method).toBe('POST');
      expect(fetch.url).toMatch(/^\/api\/datasources\/uid\/\$\{datasource\}\/resources\//);
      const path = fetch.url.replace('${datasource}', 'any').replace(/\$\{[^}]*\}/, '1');
      expect(allowed.some((pattern) => pattern.test(path))).toBe(true);
      expect(fetch.headers).toEqual([['Content-Type', 'application/json']]);
    });

    test('asks before it acts, and sends JSON whose gaps are filled', () => {
      expect(confirmation).not.toBe('');
      expect(() => JSON.parse(fetch.body) as unknown).not.toThrow();
      const gaps = [...fetch.body.matchAll(/\$(\w+)/g)].map(([, name]) => name);
      expect(gaps.filter((name) => !variables.some(({ key }) => key === name))).toEqual([]);
      // Grafana leaves $name as it is where nothing was typed; then the blank variable of that name counts.
      const known = dashboard.templating.list.map(({ name }) => name);
      expect(gaps.filter((name) => !known.includes(name ?? ''))).toEqual([]);
    });
  },
);

test('the reports that can be chosen are those there are, under their names', () => {
  const list = dashboards
    .find(({ dashboard }) => dashboard.title === 'Audit reports')
    ?.dashboard.templating.list.find(({ name }) => name === 'report')?.query;
  const offered = String(list)
    .split(', ')
    .map((each) => each.split(' : '));
  const names = new Map(reportTypes().map(({ id, name }) => [id, name]));
  expect(offered.length).toBeGreaterThan(6);
  for (const [name, id = ''] of offered) expect([id, names.get(id)]).toEqual([id, name]);
});
