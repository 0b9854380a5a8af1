import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { repository } from './repository';

const run = (environment: Record<string, string>) => {
  const { status, stderr } = spawnSync('node', ['scripts/grafana.mjs'], {
    cwd: repository,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  return { status, lines: stderr.trim().split('\n') };
};

test('without GRAFANA_HOME it says what to set, in one line', () => {
  const { status, lines } = run({});
  expect(status).toBe(1);
  expect(lines).toEqual([expect.stringMatching(/^GRAFANA_HOME is not set: .*bin\/grafana/)]);
});

test('a folder without Grafana is named', () => {
  const { status, lines } = run({ GRAFANA_HOME: tmpdir() });
  expect(status).toBe(1);
  expect(lines).toEqual([expect.stringContaining(`GRAFANA_HOME is ${tmpdir()}`)]);
});

describe('with a folder that looks like Grafana', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'grafana-home-'));
  afterAll(() => rmSync(home, { recursive: true }));
  for (const folder of ['bin', 'conf']) mkdirSync(path.join(home, folder));
  writeFileSync(path.join(home, 'conf/defaults.ini'), '');
  writeFileSync(path.join(home, 'bin/grafana'), '#!/bin/sh\n');
  chmodSync(path.join(home, 'bin/grafana'), 0o755);

  test('a missing token is told with the command that writes it', () => {
    const { status, lines } = run({ GRAFANA_HOME: home, SECRET_INSIGHTS_DATA: home });
    expect(status).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(/^There is no token for Grafana in .*grafana-token: run `npm start`/),
    ]);
  });

  test.each(['abc', '0', '65536', '80.5'])('port %s is refused', (port) => {
    const { status, lines } = run({ GRAFANA_HOME: home, GRAFANA_PORT: port });
    expect(status).toBe(1);
    expect(lines).toEqual([`GRAFANA_PORT is ${port}: give a whole number from 1 to 65535.`]);
  });
});
