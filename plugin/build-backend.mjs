// Builds the bridge for this machine, or with --all for every platform that Grafana runs on.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const go = (args, env = {}) =>
  spawnSync('go', args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });

const ownPlatform = go(['env', 'GOOS', 'GOARCH']);
if (ownPlatform.error || ownPlatform.status !== 0) {
  console.log(
    'Go was not found, so the bridge for Grafana is not built: install Go (https://go.dev/dl) and run this again, or use docker compose.',
  );
  process.exit(0);
}

const platforms = process.argv.includes('--all')
  ? ['linux/amd64', 'linux/arm64', 'darwin/arm64', 'darwin/amd64', 'windows/amd64']
  : [ownPlatform.stdout.trim().split(/\s+/).join('/')];

for (const platform of platforms) {
  const [system, architecture] = platform.split('/');
  const extension = system === 'windows' ? '.exe' : '';
  const output = `dist/gpx_secret_insights_${system}_${architecture}${extension}`;
  const built = go(['build', '-trimpath', '-ldflags', '-s -w', '-o', output, './pkg'], {
    CGO_ENABLED: '0',
    GOOS: system,
    GOARCH: architecture,
  });
  if (built.status !== 0) {
    console.error(`${platform} failed:\n${built.stderr}`);
    process.exit(1);
  }
  console.log(output);
}
