// The checks of Grafana's plugin validator that can be made without it, on what is shipped.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../package.json';

const plugin = join(__dirname, '..');
const dist = join(plugin, 'dist');
const read = (path: string) => readFileSync(join(dist, path), 'utf8');
const metadata = JSON.parse(read('plugin.json'));

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' });

test('the metadata is complete and stamped', () => {
  expect(metadata.id).toBe('secret-insights-datasource');
  expect(metadata.id).toMatch(/^[a-z0-9]+-[a-z0-9]+-datasource$/);
  expect(metadata.info.version).toBe(version);
  expect(metadata.info.updated).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(metadata.dependencies.grafanaDependency).toBe('>=11.6.0-0');
  expect(metadata).toMatchObject({
    backend: true,
    alerting: true,
    annotations: true,
    metrics: true,
    logs: true,
    multiValueFilterOperators: true,
  });
  expect(metadata.info.keywords.length).toBeGreaterThan(2);
  expect(metadata.info.description.match(/[.!?](\s|$)/g).length).toBeLessThanOrEqual(2);
});

test('every file the metadata names is there', () => {
  const { logos, screenshots } = metadata.info;
  const named = [
    logos.small,
    logos.large,
    ...screenshots.map(({ path }: { path: string }) => path),
    ...metadata.includes.map(({ path }: { path: string }) => path),
  ];
  expect(named.filter((path) => !existsSync(join(dist, path)))).toEqual([]);
});

test('every dashboard is listed', () => {
  const listed = metadata.includes.map(({ path }: { path: string }) => path);
  const there = readdirSync(join(dist, 'dashboards')).map((name) => `dashboards/${name}`);
  // The menu has an order of its own.
  expect(there.sort()).toEqual([...listed].sort());
});

test('the bridge is built under the name Grafana starts', () => {
  const build = readFileSync(join(plugin, 'build-backend.mjs'), 'utf8');
  expect(build).toContain(`dist/${metadata.executable}_\${system}_\${architecture}`);
  for (const name of readdirSync(dist).filter((file) => file.startsWith('gpx_'))) {
    expect(statSync(join(dist, name)).mode & 0o777).toBe(0o755);
  }
});

test('pictures hold no script', () => {
  const pictures = filesBelow(dist).filter((path) => path.endsWith('.svg'));
  expect(pictures).not.toHaveLength(0);
  for (const path of pictures) {
    expect(read(path)).not.toMatch(/<script|\son\w+=|javascript:|href=/i);
  }
});

test('the texts are ours and up to date', () => {
  expect(read('README.md')).toMatch(/^# Secret Insights data source/);
  const links = [...read('README.md').matchAll(/\]\((?!https?:|#)([^)]+)\)/g)];
  expect(links.filter(([, path = '']) => !existsSync(join(dist, path)))).toEqual([]);
  expect(read('CHANGELOG.md')).toContain(`## ${version}`);
  expect(read('LICENSE')).toMatch(/Apache License\s+Version 2\.0/);
});

test('what is shipped is built code with its map, and no source', () => {
  expect(existsSync(join(dist, 'module.js.map'))).toBe(true);
  expect(filesBelow(dist).filter((path) => /\.tsx?$/.test(path))).toEqual([]);
  expect(read('module.js')).not.toMatch(/\b(eval|console\.\w+|alert|prompt)\(/);
});

test('the source keeps to what Grafana allows a plugin', () => {
  const sources = filesBelow(join(plugin, 'src')).filter((path) => /(?<!\.test)\.tsx?$/.test(path));
  expect(sources).not.toHaveLength(0);
  for (const path of sources) {
    const source = readFileSync(join(plugin, 'src', path), 'utf8');
    expect(source).not.toMatch(/console\.|window\.|dangerouslySetInnerHTML|gf-form|testDatasource/);
    expect(source).not.toMatch(/defaultProps|findDOMNode|ReactDOM\.render|localStorage/);
  }
});
