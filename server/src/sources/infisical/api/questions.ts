import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { chain } from 'stream-chain';
import { pick } from 'stream-json/filters/Pick';
import { parser } from 'stream-json/Parser';
import { streamArray } from 'stream-json/streamers/StreamArray';
import { z } from 'zod';
import { Failure } from '../../../failure';
import type { InfisicalClient } from './client';

const time = z
  .string()
  .nullish()
  .transform((text) => {
    const ms = Date.parse(text ?? '');
    return Number.isNaN(ms) ? null : ms;
  });
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const projectSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  slug: text,
  type: z.string().nullish(),
  orgId: z.string().min(1),
  environments: z.array(z.object({ id: z.string().min(1), name: z.string(), slug: z.string() })),
});
export type Project = z.infer<typeof projectSchema>;

const secretSchema = z.object({
  id: z.string().min(1),
  type: text,
  version: z.number().int().nullish(),
  secretKey: z.string(),
  secretValue: text,
  secretValueHidden: z.boolean().nullish(),
  secretComment: text,
  secretPath: z
    .string()
    .nullish()
    .transform((path) => path ?? '/'),
  createdAt: time,
  updatedAt: time,
  rotationId: text,
});
export type Secret = z.infer<typeof secretSchema>;

const rotationSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  type: text,
  createdAt: time,
  updatedAt: time,
  rotationInterval: z.number().nullish(),
  rotateAtUtc: z.object({ hours: z.number(), minutes: z.number() }).nullish(),
  rotationStatus: text,
  lastRotationAttemptedAt: time,
  lastRotatedAt: time,
  nextRotationAt: time,
  isAutoRotationEnabled: z.boolean().nullish(),
  lastRotationMessage: text,
  connection: z.object({ app: text, name: text }).nullish(),
  environment: z.object({ slug: z.string() }),
  folder: z.object({ path: z.string() }),
  secretsMapping: z.record(z.string(), z.unknown()).nullish(),
});
export type Rotation = z.infer<typeof rotationSchema>;

/** Every project that the machine identity sees, of the product that keeps secrets. */
export async function projects(client: InfisicalClient): Promise<Project[]> {
  const about = 'the list of projects';
  const body = await client.get(
    { path: '/v1/projects', query: {}, about, right: 'to see its projects' },
    json,
  );
  const parsed = readAs(z.object({ projects: z.array(projectSchema) }), body, client, about);
  return parsed.projects.filter(({ type }) => !type || type === 'secret-manager');
}

/** One project by its id. @throws Failure `unknown` where it was deleted, `not-allowed` where it is not ours to see. */
export async function project(client: InfisicalClient, id: string, name: string): Promise<Project> {
  const about = `project '${name}'`;
  const right = 'to be a member of the project';
  const body = await client.get({ ...path('/v1/projects', id), about, right }, json);
  return readAs(z.object({ project: projectSchema }), body, client, about).project;
}

export interface SecretsQuestion {
  project: Project;
  /** Slug. */
  environment: string;
  /** Asks for values too; they are in the items that `take` gets, and nowhere else. */
  withValues: boolean;
}

/**
 * Every shared secret of an environment, all folders; what `take` makes of each. The answer is one body
 * however large, so secrets are taken one by one as it arrives, and again from the first if it breaks off.
 */
export async function secrets<T>(
  client: InfisicalClient,
  { project: { id, name }, environment, withValues }: SecretsQuestion,
  take: (secret: Secret) => T,
): Promise<T[]> {
  const about = `the secrets of '${environment}' in project '${name}'`;
  return client.get(
    {
      path: '/v4/secrets',
      query: {
        projectId: id,
        environment,
        secretPath: '/',
        viewSecretValue: String(withValues),
        recursive: 'true',
        include_imports: 'false',
        expandSecretReferences: 'false',
      },
      about,
      right: withValues
        ? 'to describe secrets and to read their values'
        : 'to describe secrets (values stay hidden)',
    },
    async (body) => {
      const taken: T[] = [];
      const missing = (): Failure => unknownForm(client, about, 'secrets');
      for await (const value of membersOf('secrets', body, missing)) {
        const secret = readAs(secretSchema, value, client, about);
        // One person's own value over a shared secret; Infisical's own figures leave it out too.
        if (secret.type !== 'personal') taken.push(take(secret));
      }
      return taken;
    },
  );
}

/** Every rotation of a project. */
export async function rotations(
  client: InfisicalClient,
  { id, name }: Project,
): Promise<Rotation[]> {
  const about = `the rotations of project '${name}'`;
  const body = await client.get(
    { path: '/v2/secret-rotations', query: { projectId: id }, about, right: 'to read rotations' },
    json,
  );
  return readAs(z.object({ secretRotations: z.array(rotationSchema) }), body, client, about)
    .secretRotations;
}

export interface AuditLogPage {
  /** Epoch milliseconds, half-open. */
  from: number;
  to: number;
  offset: number;
  limit: number;
}

/** A page of audit events as Infisical gives them, newest first. */
export async function auditLogs(
  client: InfisicalClient,
  { from, to, offset, limit }: AuditLogPage,
): Promise<unknown[]> {
  const about = 'audit logs';
  const query = {
    startDate: new Date(from).toISOString(),
    endDate: new Date(to).toISOString(),
    offset: String(offset),
    limit: String(limit),
  };
  const right = "to read the organisation's audit logs";
  const body = await client.get({ path: '/v1/organization/audit-logs', query, about, right }, json);
  return readAs(z.object({ auditLogs: z.array(z.unknown()) }), body, client, about).auditLogs;
}

const path = (root: string, id: string) => ({
  path: `${root}/${encodeURIComponent(id)}`,
  query: {},
});

function readAs<T>(
  schema: z.ZodType<T>,
  value: unknown,
  client: InfisicalClient,
  about: string,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // Where it is, and not what is there: an answer can hold values.
  throw unknownForm(client, about, parsed.error.issues[0]?.path.join('.') ?? '');
}

const unknownForm = ({ host }: InfisicalClient, about: string, where: string): Failure =>
  new Failure(
    'bug',
    `Infisical at ${host} answered with ${about} in a form that is not known here (at '${where}'): report the version of Infisical.`,
  );

/**
 * The members of one list of an object, without the whole of it in memory.
 * @throws Failure where there is no such list: nothing at all must not pass for an empty one.
 */
async function* membersOf(
  list: string,
  body: Readable,
  missing: () => Failure,
): AsyncGenerator<unknown> {
  const found = { list: false };
  const note = (token: unknown): unknown => {
    found.list = true;
    return token;
  };
  const members = chain([body, parser(), pick({ filter: list }), note, streamArray()]);
  for await (const { value } of members as AsyncIterable<{ value: unknown }>) yield value;
  if (!found.list) throw missing();
}
