import type { ValidationRule } from '../../../config/infisical-source';
import { linearRegex } from '../../../linear-regex';
import type { Matches } from '../../../linear-regex';
import { globToRegex } from '../../../store/relations/filter';
import { isReference } from './digests';

/** What a rule is asked about; `value` is null where values are not read, or hidden. */
export interface Judged {
  environment: string;
  secretPath: string;
  secretKey: string;
  value: string | null;
}

export interface Verdict {
  ruleName: string;
  constraintType: string;
  violation: string;
}

/** A rule whose patterns are compiled. */
export interface CompiledRule {
  applies: (secret: Judged) => boolean;
  /** What a secret that the rule is for breaks of it, apart from `unique`, which takes the others too. */
  judge: (secret: Judged) => Verdict[];
  /** What a value that another secret has too breaks; null where the rule does not ask for it. */
  repeated: Verdict | null;
  target: ValidationRule['target'];
}

export function compileRule(rule: ValidationRule): CompiledRule {
  const { name: ruleName, target, environment, path } = rule;
  const isInPath = path === undefined ? () => true : pathMatcher(path);
  const checks = checksOf(rule);
  const subject = ({ secretKey, value }: Judged): string | null =>
    target === 'key' ? secretKey : value;
  return {
    target,
    applies: (secret) =>
      (environment === undefined || secret.environment === environment) &&
      isInPath(secret.secretPath),
    judge: (secret) => {
      const text = subject(secret);
      // What a reference stands for is judged where it is kept.
      if (text === null || (target === 'value' && isReference(text))) return [];
      return checks
        .filter(({ isBroken }) => isBroken(text))
        .map(({ constraintType, violation }) => ({ ruleName, constraintType, violation }));
    },
    repeated: rule.unique
      ? {
          ruleName,
          constraintType: 'Prevent duplicated values',
          violation: 'Another secret of the project has the same value.',
        }
      : null,
  };
}

/** The settings have checked every pattern already. */
function matcherOf(pattern: string): Matches {
  const matches = linearRegex(pattern);
  if (matches === null) throw new Error('a pattern that is none of RE2 passed the settings');
  return matches;
}

interface Check {
  constraintType: string;
  /** Says what is wrong without showing anything of the text. */
  violation: string;
  isBroken: (text: string) => boolean;
}

function checksOf(rule: ValidationRule): Check[] {
  const { target, min_length: min, max_length: max, pattern, prefix, suffix } = rule;
  const the = `The ${target}`;
  const matches = pattern === undefined ? null : matcherOf(pattern);
  // Characters as people count them, and not the halves of which some are made.
  const lengthOf = (text: string): number => Array.from(text).length;
  return [
    ...(min === undefined
      ? []
      : [
          {
            constraintType: 'Minimum length',
            violation: `${the} is shorter than ${min} characters.`,
            isBroken: (text: string) => lengthOf(text) < min,
          },
        ]),
    ...(max === undefined
      ? []
      : [
          {
            constraintType: 'Maximum length',
            violation: `${the} is longer than ${max} characters.`,
            isBroken: (text: string) => lengthOf(text) > max,
          },
        ]),
    ...(matches === null
      ? []
      : [
          {
            constraintType: 'Regex pattern',
            violation: `${the} does not match the pattern ${pattern ?? ''}.`,
            isBroken: (text: string) => !matches(text),
          },
        ]),
    ...(prefix === undefined
      ? []
      : [
          {
            constraintType: 'Required prefix',
            violation: `${the} does not begin with ${prefix}.`,
            isBroken: (text: string) => !text.startsWith(prefix),
          },
        ]),
    ...(suffix === undefined
      ? []
      : [
          {
            constraintType: 'Required suffix',
            violation: `${the} does not end with ${suffix}.`,
            isBroken: (text: string) => !text.endsWith(suffix),
          },
        ]),
  ];
}

/** As filters match paths; `/app/**` is for secrets in `/app` itself too. */
function pathMatcher(glob: string): Matches {
  const matches = matcherOf(globToRegex(glob));
  const folder = glob.endsWith('/**') ? glob.slice(0, -3) || '/' : null;
  return (path) => path === folder || matches(path);
}
