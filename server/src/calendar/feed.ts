import { z } from 'zod';
import { isZone } from '../insights/zones';
import { givenName } from '../tokens/token';

/** What is known of a calendar feed; never the secret in its address. */
export interface Feed {
  id: string;
  name: string;
  /** IANA zone in which the days of reminders begin. */
  zone: string;
  /** Ids; null is every project that its token may see. */
  projects: string[] | null;
  /** Id of the token it was made with: the feed may what that token may, and ends with it. */
  token: string;
  created_at: string;
}

/** POST /api/v1/calendar */
export const feedRequestSchema = z.strictObject({
  name: givenName.describe('What the calendar is called'),
  zone: z
    .string()
    .refine(isZone, 'must be an IANA time zone such as Europe/Berlin')
    .default('UTC')
    .describe('In which zone the days of reminders begin'),
  projects: z
    .array(z.string().min(1))
    .min(1)
    .nullish()
    .describe(
      'Projects it shows, by id, slug or name; absent or null is all that the token may see',
    ),
});
export type FeedRequest = z.input<typeof feedRequestSchema>;
