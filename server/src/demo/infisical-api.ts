import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { InfisicalSource } from '../config/infisical-source';
import { fixedId } from './ids';
import { changesIn, projectBody, rotationBody, rotationsOf, secretBodies } from './inventory';
import { environments, projects } from './organisation';

export interface DemoInfisical {
  /** A connection to it, as settings would name one. */
  source: InfisicalSource;
  stop: () => Promise<void>;
}

const host = '127.0.0.1';

/**
 * As much of Infisical's API as the collector asks for, of the made-up organisation. Reachable from this
 * machine alone, and gone with the process. `story` is when the made-up events end.
 */
export async function startInfisicalApi(
  story: Date,
  now: () => number = Date.now,
): Promise<DemoInfisical> {
  const clientSecret = randomBytes(16).toString('hex');
  const identity = { identityId: fixedId('identity/secret-insights') };
  const token = `demo.${Buffer.from(JSON.stringify(identity)).toString('base64url')}.${clientSecret}`;
  // Asked for at the first question for secrets, when the server has come up.
  let changes: ReturnType<typeof changesIn> | undefined;

  const answer = async (url: URL, authorization = ''): Promise<unknown> => {
    const { pathname, searchParams: query } = url;
    if (pathname === '/api/v1/auth/universal-auth/login') {
      return { accessToken: token, expiresIn: 86_400, accessTokenMaxTTL: 86_400 };
    }
    if (authorization !== `Bearer ${token}`) return null;
    if (pathname === '/api/v1/projects') return { projects: projects.map(projectBody) };
    const project = projects.find(({ id }) => id === query.get('projectId'));
    if (!project) return null;
    const moment = { story, now: now(), changes: await (changes ??= changesIn(story)) };
    if (pathname === '/api/v2/secret-rotations') {
      return { secretRotations: rotationsOf(project).map((each) => rotationBody(each, moment)) };
    }
    const environment = environments.find((each) => each === query.get('environment'));
    if (pathname !== '/api/v4/secrets' || !environment) return null;
    return { secrets: secretBodies(project, environment, moment), imports: [] };
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${host}`);
    if (url.pathname === pagePath) {
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(pageOf(url.searchParams));
      return;
    }
    answer(url, request.headers.authorization)
      .then((body) => {
        response.writeHead(body === null ? 404 : 200, { 'Content-Type': 'application/json' });
        response.end(
          JSON.stringify(body ?? { message: 'The made-up Infisical does not have that.' }),
        );
      })
      .catch(() => response.destroy());
  });
  server.listen(0, host);
  await once(server, 'listening');
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    source: {
      name: 'demo',
      url,
      client_id: 'demo',
      client_secret: clientSecret,
      poll_minutes: 15,
      requests_per_minute: 10_000,
      links: {
        secret: link(url, 'secret={secret_key}'),
        rotation: link(url, 'rotation={rotation_name}'),
      },
      // New at each start: digests of an earlier one are made again.
      digest_key: randomBytes(32),
      rules: [
        {
          name: 'Admin passwords are long',
          target: 'value',
          path: '/legacy-admin',
          min_length: 16,
        },
        { name: 'Production shares no value', target: 'value', environment: 'prod', unique: true },
      ],
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

const pagePath = '/overview';

const link = (url: string, thing: string): string =>
  `${url}${pagePath}?project={project_id}&environment={environment}&path={secret_path}&${thing}`;

/** In place of Infisical's own page, which a link would open. */
function pageOf(query: URLSearchParams): string {
  const where = ['environment', 'path', 'secret', 'rotation']
    .flatMap((name) => (query.has(name) ? [`${name} ${query.get(name) ?? ''}`] : []))
    .join(', ');
  return `This is the demo: a real link opens this in Infisical: ${where}.\n`;
}
