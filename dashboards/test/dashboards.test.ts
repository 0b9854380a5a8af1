import { catalogue, columnsOf, queryProblems } from './catalogue';
import {
  allPanels,
  columnsOfOverride,
  dashboards,
  type Dashboard,
  type Panel,
  type Target,
} from './dashboard-model';
import { readJson } from './repository';

interface PluginJson {
  id: string;
  includes: { type: string; path: string; name: string }[];
}

const plugin = readJson<PluginJson>('plugin/src/plugin.json');

const duplicatesIn = <T>(values: T[]) =>
  values.filter((value, index) => values.indexOf(value) !== index);

const overlap = (one: Panel, other: Panel) =>
  one.gridPos.x < other.gridPos.x + other.gridPos.w &&
  other.gridPos.x < one.gridPos.x + one.gridPos.w &&
  one.gridPos.y < other.gridPos.y + other.gridPos.h &&
  other.gridPos.y < one.gridPos.y + one.gridPos.h;

const targetsOf = (panel: Panel): Target[] => panel.targets ?? [];

/** Columns a panel shows: those of its insights, less the hidden and the filtered-out ones. */
function shownColumns(panel: Panel) {
  const hidden = columnsOfOverride(panel, 'custom.hidden');
  const kept = panel.transformations?.find(({ id }) => id === 'filterFieldsByName')?.options
    .include;
  return targetsOf(panel)
    .flatMap(columnsOf)
    .filter(({ key }) => hidden.get(key) !== true && (kept?.names.includes(key) ?? true));
}

/** Panel defaults only fill in what the frame leaves open; overrides win over the frame. */
const unitShown = (panel: Panel, column: { key: string; unit?: string }) =>
  columnsOfOverride(panel, 'unit').get(column.key) ??
  column.unit ??
  panel.fieldConfig?.defaults.unit;

test('there are dashboards, each with a uid and a title of its own', () => {
  expect(dashboards.length).toBeGreaterThan(0);
  expect(duplicatesIn(dashboards.map(({ dashboard }) => dashboard.uid))).toEqual([]);
  expect(duplicatesIn(dashboards.map(({ dashboard }) => dashboard.title))).toEqual([]);
});

test('the plugin includes every dashboard, under its title, and no other', () => {
  const included = plugin.includes
    .filter(({ type }) => type === 'dashboard')
    .map(({ path, name }) => [path, name]);
  const existing = dashboards.map(({ file, dashboard }) => [
    file.replace('dashboards/json/', 'dashboards/'),
    dashboard.title,
  ]);
  expect(included.sort()).toEqual(existing.sort());
});

describe.each(dashboards.map(({ file, dashboard }) => [file, dashboard] as const))(
  '%s',
  (_file: string, dashboard: Dashboard) => {
    const panels = allPanels(dashboard);
    const withData = panels.filter((panel) => targetsOf(panel).length > 0);
    const variables = dashboard.templating.list;

    test('opens in UTC with whole days, and says what it is about', () => {
      expect(dashboard.timezone).toBe('utc');
      expect(dashboard.time.from).toMatch(/^now-\d+d\/d$/);
      expect(dashboard.description).toMatch(/\.$/);
    });

    test('reaches data only through the data source variable', () => {
      const references = [
        ...panels.map(({ datasource }) => datasource),
        ...panels.flatMap(targetsOf).map(({ datasource }) => datasource),
        ...variables.map(({ datasource }) => datasource),
        ...(dashboard.annotations?.list ?? [])
          .filter(({ builtIn }) => builtIn !== 1)
          .map(({ datasource }) => datasource),
      ].filter((reference) => reference !== undefined);
      for (const reference of references) {
        expect(reference).toEqual({ type: plugin.id, uid: '${datasource}' });
      }
      expect(variables.find(({ name }) => name === 'datasource')).toMatchObject({
        type: 'datasource',
        query: plugin.id,
      });
      for (const panel of withData) {
        expect(panel.datasource).toBeDefined();
        for (const target of targetsOf(panel)) expect(target.datasource).toBeDefined();
      }
    });

    test('variables offer several values and All, and ask for a field that filters', () => {
      const filterFields = new Set(
        [...catalogue.values()].flatMap(({ filters }) =>
          filters.filter(({ completes }) => completes).map(({ field }) => field),
        ),
      );
      const queried = variables.filter(({ type }) => type === 'query');
      expect(queried.length).toBeGreaterThan(0);
      // A dashboard about one actor or one secret does not offer All of them.
      const subject = { Actor: 'actor', Secret: 'secret_key' }[dashboard.title];
      for (const { name, multi, includeAll, allValue, query } of queried) {
        expect({ name, multi, includeAll, allValue }).toEqual({
          name,
          multi: true,
          includeAll: name !== subject,
        });
        expect(filterFields).toContain(typeof query === 'object' ? query.field : query);
      }
    });

    test('every variable that is used exists', () => {
      const used = [...JSON.stringify(panels).matchAll(/\$\{(\w+)(?:[.:][^}]*)?\}/g)].map(
        ([, name]) => name,
      );
      const known = new Set(variables.map(({ name }) => name));
      expect(used.filter((name) => !name?.startsWith('__') && !known.has(name ?? ''))).toEqual([]);
    });

    test('panel ids are unique and not 0', () => {
      const ids = panels.map(({ id }) => id);
      expect(ids.every((id) => Number.isInteger(id) && id > 0)).toBe(true);
      expect(duplicatesIn(ids)).toEqual([]);
    });

    test('panels stay on the 24 columns and do not overlap', () => {
      for (const { title, gridPos } of dashboard.panels) {
        expect([title, gridPos.x >= 0 && gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
      }
      const overlapping = dashboard.panels.flatMap((one, index) =>
        dashboard.panels
          .slice(index + 1)
          .filter((other) => overlap(one, other))
          .map((other) => `${one.title} / ${other.title}`),
      );
      expect(overlapping).toEqual([]);
    });

    test('every panel has a title and a description', () => {
      for (const { type, title, description } of panels) {
        expect(title).not.toBe('');
        if (type !== 'row')
          expect([title, description]).toEqual([title, expect.stringMatching(/\.$/)]);
      }
    });

    test('every query is one the server accepts', () => {
      expect(withData.length).toBeGreaterThan(0);
      expect(withData.flatMap(targetsOf).flatMap(queryProblems)).toEqual([]);
    });

    test('refIds are unique within a panel', () => {
      for (const panel of withData) {
        expect(duplicatesIn(targetsOf(panel).map(({ refId }) => refId))).toEqual([]);
      }
    });

    test('every number shown has a unit, and never one that contradicts the frame', () => {
      for (const panel of withData) {
        const numbers = shownColumns(panel).filter(({ type }) =>
          ['number', 'integer'].includes(type),
        );
        for (const column of numbers) {
          const shown = unitShown(panel, column);
          expect([panel.title, column.key, shown]).toEqual([
            panel.title,
            column.key,
            expect.stringMatching(/./),
          ]);
          // Counts may be written in several ways; a share or a duration means another number.
          if (column.unit === 'percentunit' || column.unit === 's') expect(shown).toBe(column.unit);
        }
      }
    });

    test('overrides, transformations and links name columns that the insight has', () => {
      for (const panel of withData) {
        const columns = targetsOf(panel).flatMap(columnsOf);
        const keys = columns.map(({ key }) => key);
        const titles = columns.map(({ title }) => title);
        const overridden = (panel.fieldConfig?.overrides ?? [])
          // Where each row is drawn by itself, an override that only colours names a row.
          .filter(
            ({ properties }) =>
              !panel.options?.reduceOptions?.values || properties.some(({ id }) => id !== 'color'),
          )
          .map(({ matcher }) => matcher.options);
        const kept = (panel.transformations ?? []).flatMap(
          ({ options }) => options.include?.names ?? [],
        );
        // Grafana orders columns by the title they are shown under.
        const ordered = (panel.transformations ?? []).flatMap(({ options }) =>
          Object.keys(options.indexByName ?? {}),
        );
        const linked = [...JSON.stringify(panel).matchAll(/\$\{__data\.fields\.(\w+)/g)].map(
          ([, name]) => name ?? '',
        );
        const unknown = [
          ...[...overridden, ...kept, ...linked].filter((name) => !keys.includes(name)),
          ...ordered.filter((name) => !titles.includes(name)),
        ];
        expect([panel.title, unknown]).toEqual([panel.title, []]);
      }
    });
  },
);
