import type { PolledSource } from '../../../config/infisical-source';
import { Failure } from '../../../failure';
import { replaceDigests, replaceVerdicts } from '../../../store/inventory/collected';
import type { InventoryItem } from '../../../store/inventory/item';
import { settleInventory } from '../../../store/inventory/settle';
import { writeInventory } from '../../../store/inventory/write';
import type { Written } from '../../../store/inventory/write';
import type { ProjectDirectory } from '../../../store/projects';
import type { Store } from '../../../store/store';
import type { InfisicalClient } from '../api/client';
import { project as projectById, projects, rotations, secrets } from '../api/questions';
import type { Project } from '../api/questions';
import { nothing } from '../../polling/attempts';
import type { Attempts } from '../../polling/attempts';
import { Digester } from './digests';
import { digestRows, takeSecret, verdictRows } from './findings';
import type { Taken } from './findings';
import { environmentItem, rotationItem } from './items';
import { keepProjectNames, projectsWithItems } from './project-names';
import type { CompiledRule } from './rules';

export interface InventoryPollOptions {
  store: Store;
  directory: ProjectDirectory;
  client: InfisicalClient;
  attempts: Attempts;
  source: PolledSource;
  rules: readonly CompiledRule[];
  now: () => number;
}

const secretKinds = ['secret', 'environment'];
const rotationKinds = ['rotation'];

/** Reads what an Infisical holds, project by project: one that fails does not touch the others. */
export class InventoryPoll {
  readonly #options: InventoryPollOptions;

  constructor(options: InventoryPollOptions) {
    this.#options = options;
  }

  /** One look at everything. Each attempt is recorded. */
  async poll(): Promise<void> {
    const { attempts, store, directory, now } = this.#options;
    let listed: Project[] = [];
    await attempts.record('projects', '', async () => {
      listed = await this.#list();
      await keepProjectNames(store, listed, now());
      await directory.refresh();
      this.#requireWanted(listed);
      return { ...nothing, items: listed.length };
    });
    // Without a list nothing is known, also not that a project is gone.
    if (listed.length === 0) return;
    const wanted = listed.filter((project) => this.#isWanted(project));
    for (const project of wanted) await this.#pollProject(project);
    await this.#pollVanished(wanted, listed);
    await settleInventory(store);
  }

  async #list(): Promise<Project[]> {
    const { client, source } = this.#options;
    const found = await projects(client);
    if (found.length > 0) return found;
    throw new Failure(
      'not-allowed',
      `The machine identity of source '${source.name}' sees no project: add it to the projects it is to watch.`,
    );
  }

  #isWanted({ id, slug }: Pick<Project, 'id' | 'slug'>): boolean {
    const { projects: only } = this.#options.source;
    return only === undefined || only.includes(id) || only.includes(slug);
  }

  #requireWanted(listed: readonly Project[]): void {
    const { projects: only = [], name } = this.#options.source;
    const missing = only.filter(
      (word) => !listed.some(({ id, slug }) => id === word || slug === word),
    );
    if (missing.length === 0) return;
    throw new Failure(
      'unknown',
      `The machine identity of source '${name}' sees no project '${missing.join("', '")}': correct projects in the settings, or add it there.`,
    );
  }

  async #pollProject(project: Project): Promise<void> {
    const { attempts, source, rules, client } = this.#options;
    const digester = source.digest_key ? new Digester(source.digest_key, project.orgId) : null;
    let taken: Taken[] = [];
    const isRead = await attempts.record('inventory', project.id, async () => {
      taken = await this.#read(project, digester);
      return this.#write(project, secretKinds, [
        ...project.environments.map(environmentItem),
        ...taken.map(({ item }) => item),
      ]);
    });
    if (isRead) await this.#keepFindings(project, taken, { digester, rules });
    await attempts.record('rotations', project.id, async () => {
      const found = await rotations(client, project);
      return this.#write(project, rotationKinds, found.map(rotationItem));
    });
  }

  async #read({ environments, ...project }: Project, digester: Digester | null): Promise<Taken[]> {
    const { client, rules } = this.#options;
    const taken: Taken[] = [];
    for (const { slug } of environments) {
      const question = {
        project: { ...project, environments },
        environment: slug,
        withValues: digester !== null,
      };
      const found = await secrets(client, question, takeSecret(slug, rules, digester));
      for (const each of found) taken.push(each);
    }
    return taken;
  }

  async #keepFindings(
    project: Project,
    taken: readonly Taken[],
    { digester, rules }: { digester: Digester | null; rules: readonly CompiledRule[] },
  ): Promise<void> {
    const { attempts, store } = this.#options;
    const place = this.#placeOf(project);
    if (digester !== null) {
      await attempts.record('digests', project.id, async () => {
        const rows = digestRows(taken, digester);
        await replaceDigests(store, place, rows);
        return { ...nothing, items: rows.length };
      });
    }
    if (rules.length > 0) {
      await attempts.record('rules', project.id, async () => {
        const rows = verdictRows(taken, rules);
        await replaceVerdicts(store, place, rows);
        return { ...nothing, items: rows.length };
      });
    }
  }

  /** Projects that had items and are not listed or not wanted any more. */
  async #pollVanished(wanted: readonly Project[], listed: readonly Project[]): Promise<void> {
    const { store, source, attempts } = this.#options;
    const known = await projectsWithItems(store, source.name);
    for (const place of known.filter(({ id }) => !wanted.some((each) => each.id === id))) {
      const isListed = listed.some(({ id }) => id === place.id);
      const isGone = await attempts.record('inventory', place.id, async () => {
        if (!isListed) await this.#requireDeleted(place.id);
        return this.#write(place, secretKinds, []);
      });
      if (!isGone) continue;
      await attempts.record('rotations', place.id, () => this.#write(place, rotationKinds, []));
      await replaceDigests(store, this.#placeOf(place), []);
      await replaceVerdicts(store, this.#placeOf(place), []);
    }
  }

  /**
   * A project that is not listed was deleted, or taken from us: only the first means that its secrets
   * are gone.
   * @throws Failure where it is there.
   */
  async #requireDeleted(id: string): Promise<void> {
    const { client, directory, source } = this.#options;
    const name = directory.nameOf(id);
    const isThere = await projectById(client, id, name).catch((error: unknown) => {
      if (error instanceof Failure && error.kind === 'unknown') return null;
      throw error;
    });
    if (isThere === null) return;
    throw new Failure(
      'not-allowed',
      `Project '${name}' is not listed for the machine identity of source '${source.name}' any more, and is still there.`,
    );
  }

  #write(
    project: Pick<Project, 'id' | 'orgId'>,
    kinds: readonly string[],
    items: Iterable<InventoryItem>,
  ): Promise<Written> {
    const { store, source, now } = this.#options;
    return writeInventory(
      store,
      {
        source: source.name,
        vendor: 'infisical',
        orgId: project.orgId,
        projectId: project.id,
        kinds,
        seenAt: now(),
      },
      items,
    );
  }

  #placeOf({ id, orgId }: Pick<Project, 'id' | 'orgId'>) {
    return { source: this.#options.source.name, orgId, projectId: id };
  }
}
