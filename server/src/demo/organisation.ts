/**
 * "Harbour & Finch", a small online shop. It does not exist: every name, address and id in this
 * folder is made up, so that a first start has something believable to show.
 */
import { fixedId } from './ids';
import { secretNames } from './secret-names';

export { clients, type Client } from './clients';
export { machines, type Machine, type Rhythm, type Target } from './machines';
export { people, type Person } from './people';
export { rotations, type Rotation } from './rotations';

export type ProjectSlug = 'payments' | 'storefront' | 'data-platform' | 'infrastructure';
export type Environment = 'dev' | 'staging' | 'prod';

export interface Secret {
  readonly id: string;
  readonly key: string;
  readonly version: number;
}

export interface Folder {
  readonly id: string;
  readonly path: string;
  readonly secrets: readonly Secret[];
  readonly secretIds: readonly string[];
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly slug: ProjectSlug;
  readonly folders: Readonly<Record<Environment, readonly Folder[]>>;
}

export const organisation = {
  id: '5a1f0c1e-0000-4000-8000-4a5b0f11c400',
  name: 'Harbour & Finch (made up)',
} as const;

export const environments: readonly Environment[] = ['dev', 'staging', 'prod'];

export const projects: readonly Project[] = [
  project('payments', '5a1f0c1e-0001-4000-8000-4a5b0f11c401'),
  project('storefront', '5a1f0c1e-0002-4000-8000-4a5b0f11c402'),
  project('data-platform', '5a1f0c1e-0003-4000-8000-4a5b0f11c403'),
  project('infrastructure', '5a1f0c1e-0004-4000-8000-4a5b0f11c404'),
];

export function projectOf(slug: ProjectSlug): Project {
  const found = projects.find((candidate) => candidate.slug === slug);
  if (!found) throw new Error(`The made-up organisation has no project "${slug}".`);
  return found;
}

export function folderOf(owner: Project, environment: Environment, path: string): Folder {
  const found = owner.folders[environment].find((candidate) => candidate.path === path);
  if (!found) throw new Error(`The project "${owner.slug}" has no folder "${path}".`);
  return found;
}

function project(slug: ProjectSlug, id: string): Project {
  const folders = {
    dev: foldersOf(slug, 'dev'),
    staging: foldersOf(slug, 'staging'),
    prod: foldersOf(slug, 'prod'),
  };
  return { id, name: slug, slug, folders };
}

function foldersOf(slug: ProjectSlug, environment: Environment): Folder[] {
  return Object.entries(secretNames[slug]).map(([path, keys]) => {
    const place = `${slug}/${environment}${path}`;
    const secrets = keys.map((key, index) => ({
      id: fixedId(`secret/${place}/${key}`),
      key,
      version: 1 + ((index * 5 + key.length) % 9),
    }));
    const secretIds = secrets.map((secret) => secret.id);
    return { id: fixedId(`folder/${place}`), path, secrets, secretIds };
  });
}
