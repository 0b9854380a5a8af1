import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { filesIn, readText, readYaml, repository } from './repository';

interface ChannelFile {
  contactPoints: { name: string; receivers: { uid: string; settings: object }[] }[];
}

const channels = filesIn('dashboards/alerting', /\.yaml$/).map((file) => ({
  file,
  needed: /^# Needs (\w+)$/m.exec(readText(file))?.[1] ?? '',
  content: readYaml<ChannelFile>(file),
}));

test('there are channels for e-mail, Slack, ServiceNow and any webhook', () => {
  expect(channels.map(({ file }) => path.basename(file, '.yaml'))).toEqual([
    'email',
    'servicenow',
    'slack',
    'webhook',
  ]);
  const uids = channels.flatMap(({ content }) =>
    content.contactPoints.flatMap(({ receivers }) => receivers.map(({ uid }) => uid)),
  );
  expect(new Set(uids).size).toBe(channels.length);
});

test.each(channels)(
  '$file belongs to the contact point, and is switched on by what it uses',
  (channel) => {
    const { needed, content } = channel;
    expect(content.contactPoints.map(({ name }) => name)).toEqual(['Secret Insights']);
    expect(JSON.stringify(content)).toContain(`"$${needed}"`);
    expect(readText('docker-compose.yml')).toContain(`${needed}: \${${needed}:-}`);
    expect(readText('docs/alerting.md')).toContain(`\`${needed}\``);
  },
);

/** What Grafana in the container would read, with these variables set. */
function provisionedWith(variables: Record<string, string>): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'provisioning-'));
  try {
    cpSync(path.join(repository, 'provisioning'), path.join(folder, 'from'), { recursive: true });
    const { status, stderr } = spawnSync('sh', ['docker/grafana-start.sh', 'true'], {
      cwd: repository,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH ?? '',
        TMPDIR: folder,
        GF_PATHS_PROVISIONING: path.join(folder, 'from'),
        SECRET_INSIGHTS_ALERT_CHANNELS: path.join(repository, 'dashboards/alerting'),
        ...variables,
      },
    });
    expect([status, stderr]).toEqual([0, '']);
    return readdirSync(path.join(folder, 'provisioning', 'alerting')).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('in compose a channel is there where its variable is set, and not where it is empty', () => {
  expect(provisionedWith({ SECRET_INSIGHTS_ALERT_SLACK: '' })).toEqual([
    'contact-points.yaml',
    'rules.yaml',
  ]);
  expect(
    provisionedWith({
      SECRET_INSIGHTS_ALERT_SLACK: 'https://hooks.example.org/1',
      SECRET_INSIGHTS_ALERT_EMAIL: 'ops@example.org',
    }),
  ).toEqual(['contact-points.yaml', 'email.yaml', 'rules.yaml', 'slack.yaml']);
});
