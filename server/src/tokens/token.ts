import { z } from 'zod';
import { capabilities } from '../contract';
import type { Capability } from '../contract';

/** What is known of a token; never the token itself. */
export interface Token {
  id: string;
  name: string;
  capabilities: Capability[];
  /** Ids; null is every project, also events that have none. */
  projects: string[] | null;
  created_at: string;
  expires_at: string | null;
  /** Given by a setting or a file, so it cannot be revoked here. */
  fixed: boolean;
}

/** What people call a thing that has a secret; one line. */
export const givenName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u);

/** POST /api/v1/tokens */
export const tokenRequestSchema = z.strictObject({
  name: givenName.describe('What the token is for'),
  capabilities: z.array(z.enum(capabilities)).min(1).describe('What it may do'),
  projects: z
    .array(z.string().min(1))
    .min(1)
    .nullish()
    .describe('Projects it may see, by id, slug or name; absent or null is all'),
  expires_at: z.iso
    .datetime({ offset: true })
    .nullish()
    .describe('When it stops working; absent or null is never'),
});
export type TokenRequest = z.infer<typeof tokenRequestSchema>;

/** What the administrator's own token may do. It does not speak for Grafana, or it could not administer. */
export const adminCapabilities: Capability[] = capabilities.filter(
  (each) => each !== 'speaks-for-grafana',
);

export const grafanaTokenCapabilities: Capability[] = [
  'insights',
  'audit',
  'usage',
  'reports',
  'reports:manage',
  'speaks-for-grafana',
];
