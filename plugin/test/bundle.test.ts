// Looks at the built bundle as Grafana's loader does, and at what it takes from Grafana.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import oldest from './grafana-11.6-exports.json';

const plugin = join(__dirname, '..');
const bundle = readFileSync(join(plugin, 'dist/module.js'), 'utf8');
const sharedByGrafana = [
  '@emotion/css',
  '@grafana/data',
  '@grafana/runtime',
  '@grafana/ui',
  'lodash',
  'react',
  'react-dom',
  'rxjs',
  'rxjs/operators',
];
const oldestNames: Record<string, string[]> = oldest.exports;

type Factory = (...modules: unknown[]) => Record<string, unknown>;

function load(): { dependencies: string[]; factory: Factory } {
  const defined: { dependencies: string[]; factory: Factory }[] = [];
  const define = (dependencies: string[], factory: Factory) =>
    defined.push({ dependencies, factory });
  runInNewContext(bundle, { define });
  expect(defined).toHaveLength(1);
  const [only] = defined;
  if (only === undefined) {
    throw new Error('dist/module.js defines no module');
  }
  return only;
}

test('the bundle asks only for what Grafana shares', () => {
  const { dependencies } = load();
  expect(dependencies).toEqual(
    expect.arrayContaining(['@grafana/runtime', '@grafana/ui', 'react']),
  );
  expect(dependencies.filter((name) => !sharedByGrafana.includes(name))).toEqual([]);
  expect(bundle.length).toBeLessThan(100_000);
});

test('the bundle exports the plugin, whole', () => {
  const { dependencies, factory } = load();
  const exported = factory(...dependencies.map((name) => jest.requireActual(name)));
  expect(exported.plugin).toMatchObject({
    DataSourceClass: expect.any(Function),
    components: {
      ConfigEditor: expect.any(Function),
      QueryEditor: expect.any(Function),
      QueryEditorHelp: expect.any(Function),
    },
  });
});

test('the bundle holds nothing of the server', () => {
  const { sources } = JSON.parse(readFileSync(join(plugin, 'dist/module.js.map'), 'utf8'));
  expect(sources).toContainEqual(expect.stringContaining('datasource.ts'));
  expect(sources.filter((path: string) => /server\/src|zod|clickhouse/.test(path))).toEqual([]);
});

/** The values a source imports from one of Grafana's packages; types vanish and do not count. */
function importedValues(path: string): [string, string][] {
  const source = ts.createSourceFile(
    path,
    readFileSync(path, 'utf8'),
    ts.ScriptTarget.Latest,
    false,
    path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  return source.statements.filter(ts.isImportDeclaration).flatMap((statement) => {
    const from = (statement.moduleSpecifier as ts.StringLiteral).text;
    const bindings = statement.importClause?.namedBindings;
    if (statement.importClause?.isTypeOnly || !bindings || !ts.isNamedImports(bindings)) {
      return [];
    }
    return bindings.elements
      .filter((element) => !element.isTypeOnly)
      .map((element): [string, string] => [from, (element.propertyName ?? element.name).text]);
  });
}

test('every name we import exists in the oldest Grafana we support', () => {
  const imported = readdirSync(join(plugin, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?<!\.test)\.tsx?$/.test(path))
    .flatMap((path) => importedValues(join(plugin, 'src', path)))
    .filter(([from]) => from in oldestNames);
  expect(imported).toContainEqual(['@grafana/ui', 'Combobox']);
  expect(imported.filter(([from, name]) => !oldestNames[from]?.includes(name))).toEqual([]);
});

test.each(Object.keys(oldestNames))(
  'no part of the bundle, plugin-ui included, reads a name of %s that came later',
  (from) => {
    const today = Object.keys(jest.requireActual<object>(from));
    const later = today.filter((name) => !oldestNames[from]?.includes(name));
    expect(later).not.toHaveLength(0);
    expect(later.filter((name) => new RegExp(`\\.${name}\\b`).test(bundle))).toEqual([]);
  },
);
