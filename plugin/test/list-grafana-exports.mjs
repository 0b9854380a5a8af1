// Writes the names that Grafana 11.6.0, the oldest supported, shares at run time. Run it by hand when
// the oldest supported version changes: node test/list-grafana-exports.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

const version = '11.6.0';
const folder = mkdtempSync(join(tmpdir(), 'grafana-exports-'));
const exports = {};
for (const name of ['data', 'runtime', 'ui']) {
  const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8' });
  const archive = run('npm', 'pack', '--silent', `@grafana/${name}@${version}`).trim();
  run('mkdir', name);
  run('tar', 'xzf', archive, '-C', name, '--strip-components=1');
  const { types } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'));
  const entry = join(folder, name, types);
  const program = ts.createProgram([entry], { moduleResolution: ts.ModuleResolutionKind.Bundler });
  const checker = program.getTypeChecker();
  const resolved = (symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  exports[`@grafana/${name}`] = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)))
    .filter((symbol) => resolved(symbol).flags & ts.SymbolFlags.Value)
    .map((symbol) => symbol.name)
    .sort();
}
rmSync(folder, { recursive: true });
writeFileSync(
  new URL('grafana-11.6-exports.json', import.meta.url),
  `${JSON.stringify({ version, exports }, null, 2)}\n`,
);
