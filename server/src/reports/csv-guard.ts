const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** TAB, CR and LF are blanks elsewhere; at the start of a cell they hide a formula from view. */
const leadingBlanks = /^[^\S\t\r\n]+/;
/** What most cells begin with; no composition of characters makes a formula of it. */
const harmlessStart = /^[A-Za-z0-9_/]/;
const formulaStart = /^[=+\-@\t\r\n]/;

/**
 * A cell that a spreadsheet would take for a formula gets an apostrophe in front: names of secrets and
 * actors are other people's words. Looked at as it is and as NFKC writes it, since a full-width equals
 * sign is a formula too, and a combining mark must not turn a formula into something harmless.
 */
export function guarded(cell: string): string {
  if (harmlessStart.test(cell) || plainNumber.test(cell)) return cell;
  return startsFormula(cell) || startsFormula(cell.normalize('NFKC')) ? `'${cell}` : cell;
}

const startsFormula = (text: string): boolean => formulaStart.test(text.replace(leadingBlanks, ''));
