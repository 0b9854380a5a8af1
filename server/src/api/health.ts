import type { ReadingDeps } from './api';
import type { Route } from './route';
import { reference } from './schemas';

export function healthRoutes({ store }: ReadingDeps): Route[] {
  let asking: Promise<void> | null = null;
  /** Open to everyone, so that any number of callers cost one statement at a time. */
  const askStore = (): Promise<void> => {
    asking ??= store.ping().finally(() => {
      asking = null;
    });
    return asking;
  };
  const content = { 'application/json': reference('Status') };
  return [
    {
      method: 'get',
      path: '/healthz',
      access: 'open',
      summary: 'Whether the process answers',
      answer: { status: 200, description: 'It does', content },
      handle: (_request, response) => {
        response.json({ status: 'ok' });
      },
    },
    {
      method: 'get',
      path: '/readyz',
      access: 'open',
      summary: 'Whether the store answers too',
      answer: { status: 200, description: 'It does', content },
      handle: async (_request, response) => {
        await askStore();
        response.json({ status: 'ready' });
      },
    },
  ];
}
