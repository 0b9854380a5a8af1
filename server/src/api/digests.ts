import { badParameter } from '../failure';
import { forgetDigests } from '../store/inventory/collected';
import type { ApiDeps } from './api';
import { searchOf, single, valuesByName } from './rest-query';
import type { Route } from './route';
import { reference, text } from './schemas';

export function digestRoutes({ store, now }: Pick<ApiDeps, 'store' | 'now'>): Route[] {
  return [
    {
      method: 'delete',
      path: '/api/v1/digests',
      access: ['admin'],
      summary: 'Forgets the digests of values that collectors made to find duplicates',
      description: 'The next poll makes them again while the source has a digest_key.',
      parameters: [
        { name: 'source', in: 'query', description: 'Only those of this source', schema: text },
      ],
      answer: {
        status: 200,
        description: 'How many were forgotten',
        content: { 'application/json': reference('ForgottenDigests') },
      },
      handle: async (request, response) => {
        response.json({ digests: await forgetDigests(store, sourceIn(request.url), now()) });
      },
    },
  ];
}

/** Null for all. A word that is not understood must not forget more than was meant. */
function sourceIn(address: string): string | null {
  const values = valuesByName(searchOf(address));
  const unknown = [...values.keys()].find((name) => name !== 'source');
  if (unknown !== undefined)
    throw badParameter(unknown, `This call takes source, not '${unknown}'.`);
  if (!values.has('source')) return null;
  const source = single('source', values.get('source'));
  if (source === undefined) {
    throw badParameter('source', 'source must name a source; leave it out to forget all digests.');
  }
  return source;
}
