import { existsSync } from 'node:fs';
import path from 'node:path';

import { filesIn, readJson, readText, readYaml, repository } from './repository';

interface Service {
  image: string;
  build?: { dockerfile: string };
  user: string;
  security_opt?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[]; interval: string; retries: number };
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

const compose = readYaml<Compose>('docker-compose.yml');
const services = Object.entries(compose.services);
const dockerfiles = filesIn('docker', /\.Dockerfile$/);

/** An image with a version of at least major.minor, be it `v1.29.7`, `25.8.33.6` or `12.2.0-0.1.0`. */
const pinned = /^[\w./-]+:v?\d+\.\d+[\w.-]*$/;
const variablesIn = (text: string) =>
  [...text.matchAll(/\$\{?([A-Z][A-Z0-9_]+)/g)].map(([, name]) => name ?? '');

test('the stack is Grafana, the server, ClickHouse and a mail catcher', () => {
  expect(Object.keys(compose.services).sort()).toEqual(['clickhouse', 'grafana', 'mail', 'server']);
});

describe.each(services)('service %s', (_name, service) => {
  test('runs a pinned image without root and without new privileges', () => {
    expect(service.image).toMatch(pinned);
    expect(service.user).toMatch(/^(node|[1-9]\d*(:[1-9]\d*)?)$/);
    expect(service.security_opt).toContain('no-new-privileges:true');
  });

  test('says whether it is healthy, and waits for those it needs', () => {
    expect(service.healthcheck?.test[0]).toBe('CMD');
    expect(service.healthcheck?.retries).toBeGreaterThan(0);
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      expect(compose.services[needed]?.healthcheck).toBeDefined();
    }
  });

  test('listens on this machine only', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('mounts its own volumes, and files of the repository read-only', () => {
    for (const volume of service.volumes ?? []) {
      const [source = '', , mode] = volume.split(':');
      if (source.startsWith('.')) {
        expect(mode).toBe('ro');
        expect(existsSync(path.join(repository, source))).toBe(true);
      } else {
        expect(Object.keys(compose.volumes)).toContain(source);
      }
    }
  });

  test('builds from a Dockerfile that exists', () => {
    if (service.build) expect(dockerfiles).toContain(service.build.dockerfile);
  });
});

test('Grafana waits for the server, and the server for ClickHouse', () => {
  expect(Object.keys(compose.services.grafana?.depends_on ?? {})).toContain('server');
  expect(Object.keys(compose.services.server?.depends_on ?? {})).toContain('clickhouse');
});

test('Grafana and the server share one token, the server and ClickHouse one login', () => {
  const environment = (name: string) => compose.services[name]?.environment ?? {};
  expect(environment('grafana').SECRET_INSIGHTS_GRAFANA_TOKEN).toBe(
    environment('server').SECRET_INSIGHTS_GRAFANA_TOKEN,
  );
  expect(environment('server').CLICKHOUSE_USER).toBe(environment('clickhouse').CLICKHOUSE_USER);
  expect(environment('server').CLICKHOUSE_PASSWORD).toBe(
    environment('clickhouse').CLICKHOUSE_PASSWORD,
  );
  expect(environment('server').CLICKHOUSE_DATABASE).toBe(environment('clickhouse').CLICKHOUSE_DB);
});

test('the server is given no setting it does not know', () => {
  // Generated from every setting there is, and held in step with them by a test of its own.
  const settings = readText('docs/settings.md');
  const given = Object.keys(compose.services.server?.environment ?? {});
  expect(given.length).toBeGreaterThan(0);
  expect(given.filter((name) => !settings.includes(`\`${name}\``))).toEqual([]);
});

test('Grafana is given every variable that the mounted provisioning names', () => {
  const given = Object.keys(compose.services.grafana?.environment ?? {});
  const mounted = [
    ...filesIn('provisioning', /\.ya?ml$/).filter((file) => !file.endsWith('contact-points.yaml')),
    'docker/alerting/contact-points.yaml',
  ];
  const missing = mounted.flatMap((file) => variablesIn(readText(file)));
  expect(missing.filter((name) => !given.includes(name))).toEqual([]);
});

describe.each(dockerfiles)('%s', (file) => {
  const lines = readText(file).split('\n');
  const stages = lines.flatMap((line) => line.match(/^FROM \S+ AS (\w+)/)?.[1] ?? []);

  test('starts every stage from a pinned image', () => {
    const images = lines.flatMap((line) => line.match(/^FROM (\S+)/)?.[1] ?? []);
    expect(images.length).toBeGreaterThan(0);
    for (const image of images.filter((name) => !stages.includes(name))) {
      expect(image).toMatch(pinned);
    }
  });

  test('ends as a user without privileges', () => {
    const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    expect(lastStage.filter((line) => line.startsWith('USER '))).toEqual([
      expect.stringMatching(/^USER (node|[1-9]\d*)$/),
    ]);
  });
});

test('the bridge is built under the name that the plugin starts', () => {
  const { id, executable } = readJson<{ id: string; executable: string }>('plugin/src/plugin.json');
  const dockerfile = readText('docker/grafana.Dockerfile');
  expect(dockerfile).toContain(`/out/${executable}_linux_\${TARGETARCH}`);
  expect(dockerfile).toContain(`/opt/secret-insights/plugins/${id}/`);
});
