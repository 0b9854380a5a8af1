// Browser tests need a running Grafana with this plugin, its data source and its dashboard.
import { spawnSync } from 'node:child_process';

if (!process.env.GRAFANA_URL) {
  console.log(
    'Browser tests are skipped: start Grafana (docker compose up, or npm run grafana) and set GRAFANA_URL, for example GRAFANA_URL=http://localhost:3000.',
  );
  process.exit(0);
}
const { status } = spawnSync('playwright', ['test', ...process.argv.slice(2)], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
