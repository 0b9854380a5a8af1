/** Reminders that people set for themselves, so that some are due, some overdue, and some come again. */
import { day, hour, type Timeline } from './calendar';
import { personCalling, type Draft } from './drafts';
import { folderOf, projectOf, type ProjectSlug } from './organisation';
import { people } from './people';

export interface Reminder {
  readonly project: ProjectSlug;
  readonly path: string;
  /** of production */
  readonly secretKey: string;
  readonly message: string;
  readonly setDaysAgo: number;
  /** the date that was named, counted from the end of the story; negative ones have passed */
  readonly dueInDays: number;
  readonly repeatDays?: number;
}

export const reminders: readonly Reminder[] = [
  reminder('payments', '/checkout', 'STRIPE_SECRET_KEY', 'Roll the key before the audit', 40, -2),
  reminder('storefront', '/mail', 'DKIM_PRIVATE_KEY', 'The DNS record moves to 2048 bits', 50, -11),
  reminder('storefront', '/orders', 'INVOICE_SIGNING_CERTIFICATE', 'The certificate ends', 30, 3),
  reminder('infrastructure', '/office', 'OKTA_API_TOKEN', 'Renew it with its provider', 24, 6, 30),
  reminder('payments', '/fraud', 'MAXMIND_LICENSE_KEY', 'Ask for the new licence', 20, 19),
  // Comes again every two weeks; the date it was set with has long passed.
  reminder('data-platform', '/exports', 'SUPPLIER_API_TOKEN', 'Check who uses it', 60, -46, 14),
];

export function reminderHistory(timeline: Timeline): Draft[] {
  const [person] = people;
  if (!person) throw new Error('Nobody works in the made-up organisation.');
  const drafts = reminders.map((each): Draft => {
    const { repeatDays = null, message, setDaysAgo } = each;
    const at = timeline.daysAgo(setDaysAgo) + 7 * hour;
    return {
      at,
      caller: personCalling(person, at, timeline),
      eventType: 'create-secret-reminder',
      eventMetadata: {
        secretId: secretIdOf(each),
        message,
        repeatDays,
        nextReminderDate: new Date(dueOf(each, timeline)).toISOString(),
        recipients: [person.userId],
      },
    };
  });
  // A short story begins after some of them were set.
  return drafts.filter(({ at }) => at >= timeline.firstDay);
}

/** The date that the reminder names. */
export const dueOf = ({ dueInDays }: Reminder, timeline: Timeline): number =>
  timeline.daysAgo(0) - 1.5 * hour + dueInDays * day;

export function secretIdOf({ project, path, secretKey }: Reminder): string {
  const { secrets } = folderOf(projectOf(project), 'prod', path);
  const secret = secrets.find(({ key }) => key === secretKey);
  if (!secret) throw new Error(`The project "${project}" has no secret "${secretKey}" in ${path}.`);
  return secret.id;
}

function reminder(
  project: ProjectSlug,
  path: string,
  secretKey: string,
  message: string,
  setDaysAgo: number,
  dueInDays: number,
  repeatDays?: number,
): Reminder {
  return {
    project,
    path,
    secretKey,
    message,
    setDaysAgo,
    dueInDays,
    ...(repeatDays !== undefined && { repeatDays }),
  };
}
