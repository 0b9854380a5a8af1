import { sql } from '../../store/sql';

/** Infisical's words: `failed` of rotations and syncs, `failed-deletion` of a lease that it could not take back. */
export const itemFailed = sql`(stored.kind IN ('rotation', 'sync') AND stored.state = 'failed' OR stored.kind = 'lease' AND stored.state = 'failed-deletion')`;
