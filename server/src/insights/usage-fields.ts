import type { Notice, Row } from '../contract';
import { asOfParam } from './as-of';
import { choice, text } from './params';

/** What insights about reported usage can be filtered by; `org` is the account. */
export const usageFilters = ['source', 'vendor', 'org'] as const;

/** The product that a figure is asked for where none is named: secrets management. */
export const usualProduct = 'sm';
export const productParam = text(
  'Product',
  "The vendor's key of the product: sm for secrets (what holds where none is named), pm or apm for the password manager, sra, and whatever else it reports",
  { form: /^[A-Za-z0-9._-]{1,64}$/, allowed: 'a key of a product, such as sm' },
);

export const systemParam = choice(
  'System actions',
  'exclude: without what the platforms do of their own accord; include: with it',
  ['exclude', 'include'],
  'exclude',
);

export const usageParams = { product: productParam, as_of: asOfParam };

/** Says where a figure is empty because no account reports it. */
export function unknownFigures(row: Row | undefined, columns: readonly string[]): Notice[] {
  const unknown = columns.filter((column) => row?.[column] === null || row?.[column] === undefined);
  return unknown.length === 0
    ? []
    : [
        {
          severity: 'info',
          text: `Unknown, because no account reports it: ${unknown.join(', ')}.`,
        },
      ];
}
