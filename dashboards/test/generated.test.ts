import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { repository } from './repository';

const generate = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'src/generate.ts', ...args], {
    cwd: path.join(repository, 'dashboards'),
    encoding: 'utf8',
  });

test('the committed files are in step with their source', () => {
  const { stderr, status } = generate('--check');
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
});

test('a file that was changed by hand is named', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dashboards-'));
  try {
    expect(generate(folder).status).toBe(0);
    expect(generate('--check', folder).status).toBe(0);
    const dashboard = path.join(folder, 'dashboards/json/secret-access.json');
    expect(existsSync(dashboard)).toBe(true);
    appendFileSync(dashboard, ' ');
    const { status, stderr } = generate('--check', folder);
    expect(status).toBe(1);
    expect(stderr).toContain('dashboards/json/secret-access.json');
    expect(stderr).not.toContain('rules.yaml');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
