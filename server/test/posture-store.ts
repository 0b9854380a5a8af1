import type { InsightsOptions } from '../src/compose';
import type { InsightResult, Row } from '../src/contract';
import type { InventoryItem } from '../src/store/inventory/item';
import { recordPoll } from '../src/store/inventory/polls';
import { writeInventory } from '../src/store/inventory/write';
import { orgA, readEvent } from './events';
import type { FlatEvent } from './events';
import { ask, now, openTestStore } from './harness';
import type { Asked, TestStore } from './harness';

const hour = 3_600_000;
export const day = 24 * hour;

export interface PostureStore extends TestStore {
  /** What one project held when it was looked at; an hour ago where no time is given. */
  poll: (
    items: readonly InventoryItem[],
    at?: number,
    place?: { source?: string; project?: string },
  ) => Promise<void>;
  rows: (insight: string, params?: Record<string, unknown>, more?: Asked) => Promise<Row[]>;
  result: (
    insight: string,
    params?: Record<string, unknown>,
    more?: Asked,
    options?: Partial<InsightsOptions>,
  ) => Promise<InsightResult>;
}

const kinds = [
  'secret',
  'rotation',
  'environment',
  'folder',
  'dynamic-secret',
  'honey-token',
  'sync',
  'lease',
];

/** A store with short words for what posture is asked about. */
export async function openPostureStore(): Promise<PostureStore> {
  const test = await openTestStore();
  const result: PostureStore['result'] = async (insight, params = {}, more = {}, options = {}) =>
    ask(await test.insights(options), insight, { params, ...more });
  return {
    ...test,
    poll: async (items, at = now - hour, { source = 'main', project = 'project-a' } = {}) => {
      const written = await writeInventory(
        test.store,
        { source, vendor: 'infisical', orgId: orgA, projectId: project, kinds, seenAt: at },
        items,
      );
      const times = { startedAt: at, finishedAt: at };
      await recordPoll(test.store, {
        ...times,
        ...written,
        source,
        kind: 'inventory',
        projectId: project,
        error: null,
      });
    },
    result,
    rows: async (insight, params, more) => (await result(insight, params, more)).rows,
  };
}

export const secret = (id: string, more: Partial<InventoryItem> = {}): InventoryItem => ({
  kind: 'secret',
  id,
  name: id,
  environment: 'prod',
  secretPath: '/app',
  ...more,
});

export const rotation = (id: string, more: Partial<InventoryItem> = {}): InventoryItem => ({
  ...secret(id, more),
  kind: 'rotation',
});

/** An event that sets the reminder of a secret; without a date one that removes it. */
export function reminderEvent(
  secretId: string,
  next: string | null,
  createdAt: string,
  more: { repeatDays?: number; message?: string; id?: string } = {},
): FlatEvent {
  const { id, ...metadata } = more;
  const event = readEvent({
    eventType: next === null ? 'delete-secret-reminder' : 'create-secret-reminder',
    eventMetadata:
      next === null ? { secretId } : { secretId, nextReminderDate: next, message: '', ...metadata },
    createdAt,
    ...(id !== undefined && { id }),
  });
  // Infisical writes reminders at the organisation.
  delete event.projectId;
  return event;
}
