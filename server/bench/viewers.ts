import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { batchAt, failuresIn } from './dashboard';
import type { PanelQuery } from './dashboard';
import { organisation } from './events';
import { ask } from './http-calls';
import type { Call } from './http-calls';

export interface Watching {
  viewers: number;
  everyMs: number;
  lastsMs: number;
  dashboard: readonly PanelQuery[];
  query: Call;
  /** Where one event a second goes, so that no answer stays true for long. */
  door: Call;
  /** How far the server's clock is behind the real one. */
  behindMs: number;
}

export interface Watched {
  /** Of each refresh that was answered. */
  times: number[];
  errors: string[];
}

/**
 * Viewers of one dashboard, spread evenly over the time between two refreshes. Each asks for ranges that
 * end now, and waits for its answer before it refreshes again.
 */
export async function watch(watching: Watching): Promise<Watched> {
  const { viewers, everyMs, lastsMs, dashboard, query, door, behindMs } = watching;
  const times: number[] = [];
  const errors: string[] = [];
  const noted = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => void errors.push(String(error)));
  const now = (): number => Date.now() - behindMs;

  const refresh = async (): Promise<void> => {
    const { ms, body } = await ask({ ...query, body: batchAt(dashboard, now()) });
    times.push(ms);
    errors.push(...failuresIn(body));
  };
  const begun = Date.now();
  const view = async (index: number): Promise<void> => {
    let due = begun + (index * everyMs) / viewers;
    while (due < begun + lastsMs) {
      await pause(due - Date.now());
      await noted(refresh());
      while (due <= Date.now()) due += everyMs;
    }
  };
  const sendEvent = async (): Promise<void> => {
    await ask({ ...door, body: JSON.stringify(eventAt(now())) });
  };
  const sending = setInterval(() => void noted(sendEvent()), 1000);
  await Promise.all(Array.from({ length: viewers }, (_, index) => view(index)));
  clearInterval(sending);
  return { times, errors };
}

const eventAt = (instant: number): object => ({
  id: randomUUID(),
  actor: 'identity',
  actorMetadata: { identityId: 'actor-000007', name: 'machine-7', authMethod: 'kubernetes-auth' },
  ipAddress: '10.7.7.7',
  eventType: 'get-secret',
  eventMetadata: {
    environment: 'prod',
    secretPath: '/api/4',
    secretId: '1F',
    secretKey: 'KEY_31',
    secretVersion: 3,
  },
  userAgent: 'k8-operator',
  userAgentType: 'k8-operator',
  createdAt: new Date(instant).toISOString(),
  orgId: organisation,
  projectId: 'project-7',
});
