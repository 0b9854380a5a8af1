import { sql } from '../store/sql';
import { eventFilters } from './access-filters';
import { label, time } from './columns';
import { defineInsight } from './define';
import { rollingDays } from './windows';

/** The first of these that the actor's details hold. */
const nameMembers = sql`['name', 'username', 'email', 'identityId']`;

export const accessLog = defineInsight({
  id: 'access-log',
  version: 1,
  title: 'Secret access log',
  about:
    'Who read or changed which secret: one row for each event of nine types (reads of one secret or a folder, creations, updates, deletions), newest first. A read or change of many secrets at once names no key.',
  shape: 'table',
  needs: 'audit',
  defaultWindow: rollingDays(30),
  mostDays: 90,
  isPagedByTime: true,
  params: {},
  filters: eventFilters,
  columns: {
    time: time('Time', 'When the event happened'),
    actor_type: label('Actor type', 'User, Identity, Service and so on'),
    actor_name: label(
      'Actor name',
      "Name of the actor, else its username, else its e-mail, else its identity's id",
    ),
    actor_email: label('Actor e-mail', 'E-mail of a user; empty for machines'),
    event: label('Event type', "The vendor's own event type"),
    secret_key: label('Secret key', 'Name of the secret; empty where several were touched at once'),
    environment: label('Environment', 'Environment slug'),
    secret_path: label('Secret path', 'Folder of the secret'),
    ip: label('IP address', 'Address the request came from'),
  },
  query: ({ accessLog: events }) => sql`
    SELECT time, actor_type,
      arrayFirst(text -> text != '', arrayMap(member -> JSONExtractString(actor_metadata, member), ${nameMembers})) AS actor_name,
      JSONExtractString(actor_metadata, 'email') AS actor_email,
      event, if(endsWith(event, '-secrets'), '', secret_key) AS secret_key,
      environment, secret_path, ip
    FROM ${events('id', 'time', 'actor_type', 'actor_metadata', 'event', 'secret_key', 'environment', 'secret_path', 'ip')}
    ORDER BY time DESC, id`,
});
