import { Failure } from '../../failure';
import type { AkeylessClient } from './client';
import type { Members } from './text-line';
import { listIn, membersIn, textIn } from './values';

/** What Akeyless is asked for. Values of secrets are in none of the answers. */
export const analytics = (client: AkeylessClient): Promise<Members> =>
  client.ask(
    '/get-analytics-data',
    {},
    { about: 'its usage reports', right: '--usage-reports-access all --analytics-access all' },
  );

/** Every item, page by page. */
export const items = (client: AkeylessClient): AsyncGenerator<Members> =>
  paged(
    client,
    '/list-items',
    'items',
    { 'auto-pagination': 'disabled' },
    { about: 'its items', right: "the right to list items ('list' on path /*)" },
  );

export const authMethods = (client: AkeylessClient): AsyncGenerator<Members> =>
  paged(
    client,
    '/list-auth-methods',
    'auth_methods',
    {},
    { about: 'its auth methods', right: "the right to list auth methods ('list' on path /*)" },
  );

async function* paged(
  client: AkeylessClient,
  path: string,
  member: string,
  body: Members,
  asked: { about: string; right: string },
): AsyncGenerator<Members> {
  const seen = new Set<string>();
  for (let page = ''; ;) {
    const answer = await client.ask(
      path,
      { ...body, ...(page !== '' && { 'pagination-token': page }) },
      asked,
    );
    for (const each of listIn(answer[member])) yield membersIn(each);
    const next = textIn(answer.next_page);
    if (next === '') return;
    if (seen.has(next)) {
      throw new Failure('bug', `Akeyless gave the same page of ${asked.about} twice.`);
    }
    seen.add(next);
    page = next;
  }
}
