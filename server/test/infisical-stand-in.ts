import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InfisicalSource } from '../src/config/infisical-source';
import type { NestedEvent, StandInProject, StandInSecret } from './infisical-world';

export const credentials = { clientId: 'client-of-the-tests', clientSecret: 'secret-of-the-tests' };
export const collectorIdentity = 'identity-of-the-collector';

/** A request as it arrived, for proving what was asked and what never was. */
export interface Logged {
  path: string;
  query: Record<string, string>;
  status: number;
}

/** What goes wrong with the next answers whose path it matches. */
export interface Fault {
  path: RegExp;
  query?: Record<string, string>;
  times: number;
  how:
    { status: number; headers?: Record<string, string>; body?: string } | 'reset' | 'half' | 'hang';
}

class Refusal extends Error {
  constructor(readonly status: number) {
    super();
  }
}

/** Infisical's REST API as facts/infisical.md 4 has it, on a port of its own. */
export class InfisicalStandIn {
  readonly log: Logged[] = [];
  readonly faults: Fault[] = [];
  projects: StandInProject[] = [];
  auditLogs: NestedEvent[] = [];
  tokenSeconds = 2_592_000;
  now: () => number = Date.now;
  readonly #tokens = new Map<string, number>();
  readonly #server: Server;
  #logins = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<InfisicalStandIn> {
    const standIn = new InfisicalStandIn();
    standIn.#server.listen(0, '127.0.0.1');
    await once(standIn.#server, 'listening');
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get logins(): number {
    return this.#logins;
  }

  asked(path: RegExp): Logged[] {
    return this.log.filter((each) => path.test(each.path));
  }

  /** What an operator who revokes the identity's tokens does. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    const query = Object.fromEntries(url.searchParams);
    const logged: Logged = { path: url.pathname, query, status: 0 };
    this.log.push(logged);
    const fault = this.#faultFor(logged);
    if (fault === 'hang') return;
    if (fault === 'reset') {
      request.socket.destroy();
      return;
    }
    if (fault !== null && typeof fault === 'object') {
      logged.status = fault.status;
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      response.end(fault.body ?? '{"message":"no"}');
      return;
    }
    try {
      const text = JSON.stringify(await this.#dispatch(request, url.pathname, query));
      logged.status = 200;
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      if (fault === 'half') {
        response.write(text.slice(0, Math.ceil(text.length / 2)), () => request.socket.destroy());
      } else response.end(text);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      logged.status = error.status;
      response.writeHead(error.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ statusCode: error.status, message: 'refused' }));
    }
  }

  #faultFor({ path, query }: Logged): Fault['how'] | null {
    const fault = this.faults.find(
      (each) =>
        each.times > 0 &&
        each.path.test(path) &&
        Object.entries(each.query ?? {}).every(([key, value]) => query[key] === value),
    );
    if (!fault) return null;
    fault.times -= 1;
    return fault.how;
  }

  async #dispatch(
    request: IncomingMessage,
    path: string,
    query: Record<string, string>,
  ): Promise<unknown> {
    if (path === '/api/v1/auth/universal-auth/login') return this.#login(request);
    this.#requireToken(request);
    if (path === '/api/v1/projects') {
      return { projects: this.projects.filter(({ isHidden }) => !isHidden).map(projectBody) };
    }
    const one = /^\/api\/v1\/projects\/([^/]+)$/.exec(path);
    if (one) return { project: projectBody(this.#project(one[1])) };
    if (path === '/api/v4/secrets') return this.#secrets(query);
    if (path === '/api/v2/secret-rotations') {
      const project = this.#project(query.projectId);
      if (project.rotationsRefusedWith !== undefined)
        throw new Refusal(project.rotationsRefusedWith);
      return { secretRotations: project.rotations };
    }
    if (path === '/api/v1/organization/audit-logs') return this.#auditLogs(query);
    throw new Refusal(404);
  }

  async #login(request: IncomingMessage): Promise<unknown> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = JSON.parse(text) as Record<string, unknown>;
    if (body.clientId !== credentials.clientId || body.clientSecret !== credentials.clientSecret) {
      throw new Refusal(401);
    }
    this.#logins += 1;
    const payload = { identityId: collectorIdentity, jti: this.#logins };
    const accessToken = ['e30', Buffer.from(JSON.stringify(payload)).toString('base64url'), 's'];
    this.#tokens.set(accessToken.join('.'), this.now() + this.tokenSeconds * 1_000);
    return {
      accessToken: accessToken.join('.'),
      expiresIn: this.tokenSeconds,
      accessTokenMaxTTL: 2_592_000,
      tokenType: 'Bearer',
    };
  }

  #requireToken(request: IncomingMessage): void {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (this.now() >= (this.#tokens.get(token) ?? 0)) throw new Refusal(401);
  }

  #project(id: string | undefined): StandInProject {
    const found = this.projects.find((each) => each.id === id);
    if (!found) throw new Refusal(404);
    if (found.isHidden) throw new Refusal(403);
    return found;
  }

  #secrets(query: Record<string, string>): unknown {
    const project = this.#project(query.projectId);
    const environment = project.environments.find(({ slug }) => slug === query.environment);
    if (!environment) throw new Refusal(404);
    // Shown unless one says no: whoever forgets the parameter gets every value.
    const isShown = (query.viewSecretValue ?? 'true') === 'true';
    const path = query.secretPath ?? '/';
    const isInside = (secret: StandInSecret): boolean =>
      secret.secretPath === path ||
      (query.recursive === 'true' && secret.secretPath.startsWith(path === '/' ? '/' : `${path}/`));
    return {
      secrets: environment.secrets.filter(isInside).map((secret) => ({
        ...secret,
        _id: secret.id,
        workspace: project.id,
        environment: environment.slug,
        secretValue: isShown && !project.hidesValues ? secret.secretValue : '<hidden-by-infisical>',
        secretValueHidden: !isShown || project.hidesValues === true,
      })),
      imports: query.include_imports === 'false' ? [] : [{ secrets: [{ id: 'imported' }] }],
    };
  }

  #auditLogs(query: Record<string, string>): unknown {
    const midnight = Math.floor(this.now() / 86_400_000) * 86_400_000;
    const from = query.startDate === undefined ? midnight : Date.parse(query.startDate);
    const to = query.endDate === undefined ? this.now() : Date.parse(query.endDate);
    const [offset, limit] = [Number(query.offset ?? 0), Number(query.limit ?? 20)];
    const latest = new Date(from);
    latest.setUTCMonth(latest.getUTCMonth() + 3);
    const isPlain = [from, to, offset, limit].every((value) => Number.isFinite(value));
    if (!isPlain || to < from || to > latest.getTime() || limit < 1 || limit > 1_000) {
      throw new Refusal(422);
    }
    const found = this.auditLogs
      .filter(({ createdAt }) => Date.parse(createdAt) >= from && Date.parse(createdAt) < to)
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    return { auditLogs: found.slice(offset, offset + limit) };
  }
}

const projectBody = ({ id, name, slug, type, orgId, environments }: StandInProject) => ({
  id,
  _id: id,
  name,
  slug,
  type: type ?? 'secret-manager',
  orgId,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  version: 3,
  environments: environments.map((each) => ({ id: each.id, name: each.name, slug: each.slug })),
});

/** Settings of a connection to it. */
export const sourceOf = (
  standIn: Pick<InfisicalStandIn, 'url'>,
  more: Partial<InfisicalSource> = {},
): InfisicalSource => ({
  name: 'main',
  url: standIn.url,
  client_id: credentials.clientId,
  client_secret: credentials.clientSecret,
  poll_minutes: 15,
  requests_per_minute: 10_000,
  rules: [],
  ...more,
});
