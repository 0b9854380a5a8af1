import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './config';

describe('settings of Akeyless and usage', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secret-insights-settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const load = (yaml: string) => {
    writeFileSync(join(folder, 'secret-insights.yaml'), yaml);
    return loadConfig({ KEY: 'the-key', TOKEN: 'the-token' }, folder);
  };

  it('reads several accounts, with what is usual where nothing is said', () => {
    const { sources, usage } = load(`
sources:
  akeyless:
    - { name: one, access_id: p-1, access_key: "\${KEY}" }
    - { name: two, url: https://gw.example.org:8000/api/v2/, token: "\${TOKEN}", poll_minutes: 30 }
usage:
  limits: { sm.total_clients: 25, next year: 600 }
`);
    expect(sources.akeyless).toEqual([
      {
        name: 'one',
        url: 'https://api.akeyless.io',
        access_id: 'p-1',
        access_key: 'the-key',
        poll_minutes: 60,
      },
      {
        name: 'two',
        url: 'https://gw.example.org:8000/api/v2',
        token: 'the-token',
        poll_minutes: 30,
      },
    ]);
    expect(usage).toEqual({
      limits: { 'sm.total_clients': 25, 'next year': 600 },
      systemActions: [],
      thinAfterDays: 7,
      keepDays: 800,
    });
  });

  it.each([
    [
      '- { name: one, access_id: p-1, access_key: secret-in-the-file }',
      /access_key of sources.akeyless .* must not hold the secret itself/,
    ],
    [
      '- { name: one, token: secret-in-the-file }',
      /token of sources.akeyless .* must not hold the secret itself/,
    ],
    ['- { name: one, access_id: p-1 }', /sources.akeyless must be a list of/],
    [
      '- { name: one, access_id: p-1, access_key: "${KEY}", token: "${TOKEN}" }',
      /sources.akeyless must be/,
    ],
    ['- { name: one, token: "${TOKEN}", poll_minutes: 1 }', /poll_minutes from 5 to 1440/],
    ['- { name: one, url: "https://u:p@x", token: "${TOKEN}" }', /sources.akeyless must be/],
  ])('refuses %s', (entry, sentence) => {
    const yaml = `sources:\n  akeyless:\n    ${entry}\n`;
    expect(() => load(yaml)).toThrow(sentence);
    expect(() => load(yaml)).not.toThrow(/secret-in-the-file|the-token/);
  });

  it('refuses a limit that is no number', () => {
    expect(() => load('usage:\n  limits: { sm.total_clients: many }\n')).toThrow(
      /usage.limits must be names with whole numbers/,
    );
  });
});
