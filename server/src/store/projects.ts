import type { Filter } from '../contract';
import { Failure } from '../failure';
import { sql } from './sql';
import type { Store } from './store';

interface Project {
  id: string;
  name: string;
  slug: string;
}

/** Events carry project ids, people type names: this knows both, as ingest and inventory named them. */
export class ProjectDirectory {
  readonly #store: Store;
  #projects: readonly Project[] = [];
  #byId: ReadonlyMap<string, Project> = new Map();

  private constructor(store: Store) {
    this.#store = store;
  }

  static async load(store: Store): Promise<ProjectDirectory> {
    const directory = new ProjectDirectory(store);
    await directory.refresh();
    return directory;
  }

  /** Called after a door wrote names. */
  async refresh(): Promise<void> {
    const rows = await this.#store.rows(
      sql`SELECT project_id, name, slug FROM ${this.#store.table('projects')} FINAL ORDER BY name, project_id`,
      { surface: 'state' },
    );
    this.#projects = rows.map((row) => ({
      id: String(row.project_id),
      name: String(row.name),
      slug: String(row.slug),
    }));
    this.#byId = new Map(this.#projects.map((project) => [project.id, project]));
  }

  nameOf(id: unknown): string {
    const text = String(id ?? '');
    return this.#byId.get(text)?.name || text;
  }

  /** Ids that a person's word for a project means: its id, slug or name. An unknown word stands for itself. */
  idsOf(word: string): string[] {
    const found = this.#projects.filter(
      ({ id, name, slug }) => id === word || slug === word || name === word,
    );
    return found.length > 0 ? found.map(({ id }) => id) : [word];
  }

  /** Project filters in ids, as the store keeps them. */
  resolveFilters(filters: readonly Filter[]): Filter[] {
    return filters.map((filter) => (filter.field === 'project' ? this.#resolve(filter) : filter));
  }

  #resolve(filter: Filter): Filter {
    const values = filter.values.flatMap((word) => this.idsOf(word));
    return { ...filter, values };
  }

  /** @throws Failure where a word names no known project; for settings, where a typo would widen or narrow rights. */
  requireIds(words: readonly string[]): string[] {
    return words.flatMap((word) => {
      const ids = this.#projects.filter(
        ({ id, name, slug }) => id === word || slug === word || name === word,
      );
      if (ids.length === 0) {
        throw new Failure(
          'bad-parameters',
          `There is no project '${word}' yet: name it by its id, or import its events first.`,
          { field: 'projects' },
        );
      }
      return ids.map(({ id }) => id);
    });
  }

  all(): readonly Project[] {
    return this.#projects;
  }
}
