import { createHmac } from 'node:crypto';
import type { ValidationRule } from '../../../config/infisical-source';
import type { Secret } from '../api/questions';
import { Digester, isReference } from './digests';
import { digestRows, takeSecret, verdictRows } from './findings';
import { compileRule } from './rules';

const key = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index));
const digester = new Digester(key, 'org-1');

const secret = (secretKey: string, secretValue: string, more: Partial<Secret> = {}): Secret => ({
  id: secretKey,
  type: 'shared',
  version: 1,
  secretKey,
  secretValue,
  secretValueHidden: false,
  secretComment: '',
  secretPath: '/',
  createdAt: null,
  updatedAt: null,
  rotationId: '',
  ...more,
});

describe('digests', () => {
  it('are equal for equal values of one organisation, and keyed', () => {
    const orgKey = createHmac('sha256', key).update('secret-insights digests of org-1').digest();
    expect(digester.digest('välue')).toBe(
      createHmac('sha256', orgKey).update('välue').digest('hex'),
    );
    expect(digester.digest('value')).not.toBe(new Digester(key, 'org-2').digest('value'));
    expect(new Digester(Buffer.alloc(32, 1), 'org-1').keyId).not.toBe(digester.keyId);
  });

  it.each([
    ['', null],
    ['${OTHER}', null],
    ['https://${prod.app.HOST}/', null],
  ])('%j has none', (value, digest) => expect(digester.digest(value)).toBe(digest));

  it.each(['$HOME', '$5', '{a}', '${'])('%j is a value of its own', (value) => {
    expect(isReference(value)).toBe(false);
  });
});

describe('rules', () => {
  const violations = async (
    rules: Partial<ValidationRule>[],
    secrets: Secret[],
    environment = 'prod',
  ): Promise<string[]> => {
    const compiled = rules.map((rule) => compileRule({ name: 'rule', target: 'value', ...rule }));
    const taken = secrets.map(takeSecret(environment, compiled, digester));
    return verdictRows(taken, compiled).map(
      ({ secret_key: found, constraint_type: type }) => `${found}: ${type}`,
    );
  };
  const named = (value: string): Secret => secret('S', value);

  it.each<[Partial<ValidationRule>, string, string[]]>([
    [{ min_length: 3 }, 'ab', ['S: Minimum length']],
    [{ min_length: 3 }, 'abc', []],
    // Four code units, two characters.
    [{ min_length: 3 }, '😀😀', ['S: Minimum length']],
    [{ min_length: 1 }, '', ['S: Minimum length']],
    [{ max_length: 3 }, 'abcd', ['S: Maximum length']],
    [{ max_length: 3 }, 'abc', []],
    [{ pattern: '[0-9]' }, 'abc', ['S: Regex pattern']],
    [{ pattern: '[0-9]' }, 'a1c', []],
    [{ pattern: '^[a-z]+$' }, 'a1c', ['S: Regex pattern']],
    [{ prefix: 'sk_' }, 'pk_1', ['S: Required prefix']],
    [{ suffix: '=' }, 'abc', ['S: Required suffix']],
    [
      { prefix: 'a', suffix: 'z', min_length: 9 },
      'b',
      ['S: Minimum length', 'S: Required prefix', 'S: Required suffix'],
    ],
    [{ min_length: 99 }, '${OTHER}', []],
  ])('%j of %j', async (rule, value, expected) => {
    expect(await violations([rule], [named(value)])).toEqual(expected);
  });

  it('about keys look at keys', async () => {
    const rule = { target: 'key' as const, pattern: '^[A-Z_]+$' };
    expect(await violations([rule], [secret('GOOD', 'x'), secret('bad', 'X')])).toEqual([
      'bad: Regex pattern',
    ]);
  });

  it.each<[string | undefined, string | undefined, string, boolean]>([
    [undefined, undefined, '/', true],
    ['prod', undefined, '/', true],
    ['dev', undefined, '/', false],
    [undefined, '/app/**', '/app', true],
    [undefined, '/app/**', '/app/a/b', true],
    [undefined, '/app/**', '/apple', false],
    [undefined, '/app/*', '/app/a', true],
    [undefined, '/app/*', '/app/a/b', false],
    [undefined, '/**', '/', true],
    [undefined, '/', '/app', false],
  ])(
    'for environment %s and path %s, at %s: %s',
    async (environment, path, secretPath, applies) => {
      const rule = { environment, path, min_length: 9 };
      expect(await violations([rule], [secret('S', 'x', { secretPath })])).toHaveLength(
        applies ? 1 : 0,
      );
    },
  );

  it('find a value that several secrets have, also where the rule is for one of them', async () => {
    const secrets = [
      secret('A', 'same', { secretPath: '/a' }),
      secret('B', 'same', { secretPath: '/b' }),
      secret('C', 'own', { secretPath: '/a' }),
    ];
    expect(await violations([{ unique: true, path: '/a' }], secrets)).toEqual([
      'A: Prevent duplicated values',
    ]);
  });

  it('take a time in proportion to the value, whatever the pattern', async () => {
    const started = performance.now();
    await violations([{ pattern: '^(a+)+$' }], [named(`${'a'.repeat(50_000)}b`)]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('hidden values', () => {
  const hidden = [secret('A', '<hidden-by-infisical>', { secretValueHidden: true })];
  it('are neither digested nor judged, and that is said', async () => {
    const rules = [compileRule({ name: 'r', target: 'value', min_length: 99 })];
    const taken = hidden.map(takeSecret('prod', rules, digester));
    expect(() => digestRows(taken, digester)).toThrow('The values of 1 secrets are hidden');
    expect(() => verdictRows(taken, rules)).toThrow('give it the right to read values');
  });

  it('do not matter to rules about keys', async () => {
    const rules = [compileRule({ name: 'r', target: 'key', min_length: 99 })];
    const taken = hidden.map(takeSecret('prod', rules, null));
    expect(verdictRows(taken, rules)).toHaveLength(1);
  });
});
