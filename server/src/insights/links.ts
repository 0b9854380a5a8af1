/** Addresses in a vendor's own interface, with names in braces for what differs: `https://…/{project_id}?search={secret_key}`. */
export interface LinkTemplates {
  secret?: string | undefined;
  rotation?: string | undefined;
}

/** The names that a template may hold. What a row does not have is empty. */
export const linkNames = [
  'org_id',
  'project_id',
  'environment',
  'secret_path',
  'secret_key',
  'secret_id',
  'rotation_id',
  'rotation_name',
] as const;
export type LinkValues = Partial<Record<(typeof linkNames)[number], unknown>>;

/**
 * The template with URL-encoded values in place of its names.
 * @returns null without a template, and where the whole is no address of http or https: a value must
 *          not become a script.
 */
export function fillLink(template: string | undefined, values: LinkValues): string | null {
  if (template === undefined) return null;
  const named: Readonly<Record<string, unknown>> = values;
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encoded(named[name]));
  const address = URL.canParse(filled) ? new URL(filled) : null;
  return address?.protocol === 'https:' || address?.protocol === 'http:' ? address.href : null;
}

/** Half of a pair of surrogates has no encoding; as everywhere it is written as a replacement character. */
const encoded = (value: unknown): string =>
  encodeURIComponent(Buffer.from(String(value ?? ''), 'utf8').toString('utf8'));
