import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';

const session = 'playwright/.auth/admin.json';
const signIn = `${dirname(fileURLToPath(import.meta.resolve('@grafana/plugin-e2e')))}/auth`;

export default defineConfig<PluginOptions>({
  testDir: './e2e',
  outputDir: 'test-results',
  timeout: 120_000,
  // One Grafana answers all of them, and on two cores a second browser makes both time out.
  workers: 1,
  reporter: 'list',
  use: {
    baseURL: process.env.GRAFANA_URL,
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    },
  },
  projects: [
    { name: 'auth', testDir: signIn, testMatch: [/.*\.js/] },
    {
      name: 'run',
      use: { ...devices['Desktop Chrome'], storageState: session },
      dependencies: ['auth'],
    },
  ],
});
