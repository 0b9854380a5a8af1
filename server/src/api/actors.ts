import { SelfAudit } from '../audit/self-audit';
import { pseudonymise } from '../retention/pseudonymise';
import type { ApiDeps } from './api';
import { callerOf, pathValue } from './request-context';
import type { Route } from './route';
import { reference, text } from './schemas';

export function actorRoutes(deps: ApiDeps): Route[] {
  const audit = new SelfAudit(deps.store, deps.now);
  return [
    {
      method: 'post',
      path: '/api/v1/actors/:id/pseudonymise',
      access: ['admin'],
      summary: 'Replaces id, name and e-mail of one actor everywhere, for good',
      description: 'Raw events, what other events say of the actor, counts and our own history.',
      parameters: [{ name: 'id', in: 'path', description: 'Id of the actor', schema: text }],
      answer: {
        status: 200,
        description: 'What was changed',
        content: { 'application/json': reference('Pseudonymised') },
      },
      handle: async (request, response) => {
        const done = await pseudonymise(deps.insights, pathValue(request, 'id'));
        // Afterwards, and by the pseudonym: the history must not keep what was just taken away.
        const note = await audit.begin(callerOf(request), {
          action: 'pseudonymise',
          insight: 'events',
          filters: [{ field: 'actor', op: 'in', values: [done.pseudonym] }],
        });
        await note(done.events);
        response.json(done);
      },
    },
  ];
}
