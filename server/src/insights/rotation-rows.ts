import type { Row } from '../contract';
import type { Relations } from '../store/relations/relations';
import { sql } from '../store/sql';
import type { Sql } from '../store/sql';
import type { Told } from './define';
import { instantOfCell, rotationText } from './relative-time';

/** What both lists of rotations show of `rotation`, and what their texts and links are made of. */
export const rotationSelection = sql`
  rotation.name AS rotation_name, rotation.secret_keys AS secret_keys, rotation.project AS project, rotation.environment AS environment,
  rotation.secret_path AS secret_path, rotation.next_rotation_at AS next_rotation_at, nullIf(rotation.state, '') AS rotation_status,
  rotation.rotation_interval AS rotation_interval, '' AS status, CAST(NULL, 'Nullable(String)') AS link`;
export const rotationOrigin = sql`rotation.source AS source, rotation.org AS org, rotation.id AS id, rotation.failed AS failed`;

export const rotationsWithOrigin = ({ rotations }: Pick<Relations, 'rotations'>): Sql =>
  rotations(
    'source',
    'org',
    'id',
    'name',
    'secret_keys',
    'project',
    'environment',
    'secret_path',
    'next_rotation_at',
    'last_attempt_at',
    'state',
    'rotation_interval',
    'message',
    'failed',
  );

export const describeRotation = (row: Row, told: Told): Row => ({
  ...row,
  status: rotationText(instantOfCell(row.next_rotation_at), Number(row.failed) === 1, told.asOf),
  link: told.linkTo('rotation', row, {
    org_id: row.org,
    project_id: row.project,
    environment: row.environment,
    secret_path: row.secret_path,
    secret_key: Array.isArray(row.secret_keys) ? row.secret_keys[0] : '',
    rotation_id: row.id,
    rotation_name: row.rotation_name,
  }),
});
