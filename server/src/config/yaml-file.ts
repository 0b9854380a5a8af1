import { existsSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { badParameter } from '../failure';
import type { ReadVariable } from './environment';
import type { Setting } from './setting';

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const onlyReference = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

/** Values of secret-insights.yaml by their path with dots, `${ENV}` filled in. */
export function readYamlFile(
  file: string,
  isRequired: boolean,
  known: readonly Setting<unknown>[],
  variable: ReadVariable,
): Map<string, unknown> {
  if (!existsSync(file)) {
    if (isRequired)
      throw badParameter('SECRET_INSIGHTS_CONFIG', `The settings file ${file} does not exist.`);
    return new Map();
  }
  const found = new Map<string, unknown>();
  collect(parse(file), '', known, (setting, value) => {
    if (setting.isSecret && !(typeof value === 'string' && onlyReference.test(value)))
      throw literalSecret(setting);
    checkSecretMembers(setting, value);
    found.set(setting.yaml, interpolate(value, setting.yaml, variable));
  });
  return found;
}

function parse(file: string): unknown {
  const document = parseDocument(readFileSync(file, 'utf8'), { prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    // Not the parser's own text: it quotes the line, and the line may hold a secret.
    throw badParameter(
      'secret-insights.yaml',
      `${file} is not YAML (at character ${error.pos[0]}).`,
    );
  }
  return document.toJS() as unknown;
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function collect(
  node: unknown,
  path: string,
  known: readonly Setting<unknown>[],
  take: (setting: Setting<unknown>, value: unknown) => void,
): void {
  if (node === null || node === undefined) return;
  if (!isMapping(node)) {
    throw badParameter(
      path || 'secret-insights.yaml',
      `${path || 'secret-insights.yaml'} must be a mapping of settings.`,
    );
  }
  for (const [key, value] of Object.entries(node)) {
    const child = path === '' ? key : `${path}.${key}`;
    const setting = known.find(({ yaml }) => yaml === child);
    if (setting) {
      if (value !== null) take(setting, value);
    } else if (known.some(({ yaml }) => yaml.startsWith(`${child}.`))) {
      collect(value, child, known, take);
    } else {
      throw unknownSetting(path, child, known);
    }
  }
}

function unknownSetting(path: string, child: string, known: readonly Setting<unknown>[]): Error {
  const start = path === '' ? '' : `${path}.`;
  const siblings = known
    .filter(({ yaml }) => yaml.startsWith(start))
    .map(({ yaml }) => yaml.slice(start.length).split('.')[0]);
  return badParameter(
    child,
    `secret-insights.yaml has no setting '${child}'. Here it has: ${[...new Set(siblings)].join(', ')}.`,
  );
}

/** @throws Failure where an entry of a list holds a secret itself. */
function checkSecretMembers({ yaml, secretMembers = [] }: Setting<unknown>, value: unknown): void {
  const entries = Array.isArray(value) ? value.filter(isMapping) : [];
  for (const member of secretMembers) {
    const isLiteral = (entry: Record<string, unknown>): boolean =>
      entry[member] !== undefined &&
      entry[member] !== null &&
      !(typeof entry[member] === 'string' && onlyReference.test(entry[member]));
    if (!entries.some(isLiteral)) continue;
    const variable = member.toUpperCase();
    throw badParameter(
      yaml,
      `${member} of ${yaml} in secret-insights.yaml must not hold the secret itself: write ${member}: \${${variable}}, or another name, and set it, or it with _FILE behind, in the environment.`,
    );
  }
}

const literalSecret = ({ env, yaml }: Setting<unknown>): Error =>
  badParameter(
    yaml,
    `${yaml} in secret-insights.yaml must not hold the secret itself: write ${yaml.split('.').at(-1)}: \${${env}} and set ${env} or ${env}_FILE in the environment.`,
  );

function interpolate(value: unknown, path: string, variable: ReadVariable): unknown {
  if (typeof value === 'string') {
    return value.replace(reference, (_, name: string) => {
      const content = variable(name);
      if (content === undefined) {
        throw badParameter(
          path,
          `${path} in secret-insights.yaml refers to \${${name}}: set ${name} or ${name}_FILE in the environment.`,
        );
      }
      return content;
    });
  }
  if (Array.isArray(value)) return value.map((each) => interpolate(each, path, variable));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, interpolate(each, path, variable)]),
  );
}
