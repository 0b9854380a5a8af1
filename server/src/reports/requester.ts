import type { Capability } from '../contract';
import { Failure, badParameter } from '../failure';
import type { Insights } from '../insights/insights';
import type { ProjectScope } from '../store/relations/events';

/** Who asks for a report or makes a schedule. */
export interface Requester {
  /** As histories name them: `token T for user U`. */
  name: string;
  email: string | null;
  capabilities: ReadonlySet<Capability>;
  projects: ProjectScope;
}

/**
 * The id of the one project that is meant; empty for all of them.
 * @throws Failure where it is not known, not one, or not for this requester.
 */
export function projectFor(
  { projects }: Insights,
  word: string | undefined,
  scope: ProjectScope,
): string {
  if (word === undefined || word.trim() === '') {
    if (scope === null) return '';
    const [only, ...others] = scope;
    if (only !== undefined && others.length === 0) return only;
    throw badParameter('project', 'Name the project: this token is for several.');
  }
  // What a token may not see does not exist for it, under any of its names.
  const ids = projects.idsOf(word.trim()).filter((id) => scope === null || scope.includes(id));
  const [id, ...others] = ids;
  if (id === undefined || (scope === null && !projects.all().some((each) => each.id === id))) {
    throw badParameter('project', `There is no project '${word}'.`);
  }
  if (others.length > 0) {
    throw badParameter('project', `Several projects are called '${word}': name one by its id.`);
  }
  return id;
}

/** @throws Failure `unknown`, as if it did not exist. */
export function requireVisible(project: string, scope: ProjectScope, absent: () => Failure): void {
  if (scope !== null && !scope.includes(project)) throw absent();
}
