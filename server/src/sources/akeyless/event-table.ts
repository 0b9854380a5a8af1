import { bind, sql } from '../../store/sql';
import type { Store } from '../../store/store';
import type { EventTable } from '../../store/vendor';

/** The table that the Akeyless door writes to. */
export const akeylessEventTable = (store: Store): EventTable => ({
  from: store.table('akeyless_events'),
  time: sql`time`,
  repeats: sql`toUInt32(1)`,
  collapsed: [],
  vendor: 'akeyless',
  isOwn: true,
  columns: {
    id: sql`id`,
    received_at: sql`received_at`,
    source: sql`source`,
    vendor: bind.text('akeyless'),
    org_id: sql`org_id`,
    // Akeyless has no projects: its events are of the whole account.
    project_id: sql`''`,
    event: sql`action`,
    environment: sql`CAST('', 'LowCardinality(String)')`,
    secret_path: sql`secret_path`,
    secret_key: sql`secret_key`,
    secret_id: sql`''`,
    secret_count: sql`toUInt32(greatest(secret_key != '', length(secret_keys)))`,
    secret_keys: sql`secret_keys`,
    secret_ids: sql`emptyArrayString()`,
    actor_type: sql`actor_type`,
    actor_id: sql`actor_id`,
    actor_name: sql`actor_name`,
    actor_email: sql`actor_email`,
    auth_method: sql`access_type`,
    ip: sql`remote_addr`,
    address: sql`address`,
    client_type: sql`client_type`,
    user_agent: sql`user_agent`,
    outcome: sql`outcome`,
    event_metadata: sql`event_metadata`,
    actor_metadata: sql`actor_metadata`,
    expires_at: sql`CAST(NULL, 'Nullable(DateTime64(6, \\'UTC\\'))')`,
  },
});
