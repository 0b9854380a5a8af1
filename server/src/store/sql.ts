/**
 * SQL as a value. A template accepts only other `Sql` and typed binds, so text that came from a user
 * cannot become part of a statement: a plain string in a hole does not compile, and `Sql` cannot be
 * made from one outside this file.
 */

/** A value that travels beside the statement, never inside it. */
interface Bound {
  readonly type: string;
  readonly value: BoundValue;
}
export type BoundValue = string | number | boolean | readonly string[] | readonly number[];

type Piece = string | Bound;

const make = Symbol('make');
const piecesOf = Symbol('pieces');

export class Sql {
  /** Private, so that no other class is structurally an `Sql`. */
  readonly #pieces: readonly Piece[];

  private constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /** For this module's own functions; templates and binds are the way in from outside. */
  static [make](pieces: readonly Piece[]): Sql {
    return new Sql(pieces);
  }

  /** The text with `{p0:Type}` placeholders, and the values that belong to them. */
  compile(): CompiledSql {
    const parameters: Record<string, BoundValue> = {};
    const names = new Map<Bound, string>();
    let text = '';
    for (const piece of this.#pieces) {
      if (typeof piece === 'string') {
        text += piece;
        continue;
      }
      let name = names.get(piece);
      if (name === undefined) {
        name = `p${names.size}`;
        names.set(piece, name);
        parameters[name] = piece.value;
      }
      text += `{${name}:${piece.type}}`;
    }
    return { text, parameters };
  }

  static [piecesOf](part: Sql): readonly Piece[] {
    return part.#pieces;
  }
}

export interface CompiledSql {
  text: string;
  parameters: Record<string, BoundValue>;
}

/** One by one: a spread of many thousand pieces overflows the stack. */
function append(pieces: Piece[], part: Sql): void {
  for (const piece of Sql[piecesOf](part)) pieces.push(piece);
}

/** Builds SQL from literal text and holes that are SQL themselves. */
export function sql(text: TemplateStringsArray, ...holes: readonly Sql[]): Sql {
  const pieces: Piece[] = [];
  text.forEach((literal, index) => {
    if (literal !== '') pieces.push(literal);
    const hole = holes[index];
    if (hole !== undefined) append(pieces, hole);
  });
  return Sql[make](pieces);
}

/** Parts one after another, with nothing between them. */
export const concat = (parts: readonly Sql[]): Sql =>
  Sql[make](parts.flatMap((part) => Sql[piecesOf](part)));

const separators = {
  comma: ', ',
  and: ' AND ',
  or: ' OR ',
  'union all': '\nUNION ALL\n',
} as const;

export function join(parts: readonly Sql[], separator: keyof typeof separators): Sql {
  const pieces: Piece[] = [];
  parts.forEach((part, index) => {
    if (index > 0) pieces.push(separators[separator]);
    append(pieces, part);
  });
  return Sql[make](pieces);
}

/** No condition. */
export const anything = sql`1`;

/**
 * Every condition, or `1` where there is none, so that it always fits after WHERE. Never `AND 1`: with a
 * constant among them the engine tries all conditions on every row (a search took 740 ms instead of 160).
 */
export function all(conditions: readonly Sql[]): Sql {
  const some = conditions.filter((condition) => condition !== anything);
  return some.length === 0
    ? anything
    : join(
        some.map((condition) => sql`(${condition})`),
        'and',
      );
}

/** One row a group; without keys an aggregate of nothing would be a row too. */
export const groupBy = (keys: readonly Sql[]): Sql =>
  keys.length > 0 ? sql`GROUP BY ${join(keys, 'comma')}` : sql`HAVING count() > 0`;

/** A name of a column, table or database. Names come from our own code or from settings, never from a request. */
export function identifier(name: string): Sql {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) {
    throw new Error(`'${name}' cannot be a name: letters, digits and underscore are allowed`);
  }
  return Sql[make]([`\`${name}\``]);
}

const whole = (value: number): number => {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} is not a whole number`);
  return value;
};

/** `2026-11-20 09:30:00.000`: the one form of an instant that no server setting reinterprets. */
export const instantText = (epochMs: number): string =>
  new Date(epochMs).toISOString().replace('T', ' ').replace('Z', '');

const bound = (type: string, value: BoundValue): Sql => Sql[make]([{ type, value }]);

export const bind = {
  text: (value: string): Sql => bound('String', value),
  texts: (values: readonly string[]): Sql => bound('Array(String)', values),
  integer: (value: number): Sql => bound('Int64', whole(value)),
  integers: (values: readonly number[]): Sql => bound('Array(UInt64)', values.map(whole)),
  uuid: (value: string): Sql => bound('UUID', value),
  /** As text with an explicit zone: `Date` loses milliseconds or zone on the way, depending on the engine. */
  instant: (epochMs: number): Sql => bound("DateTime64(3,'UTC')", instantText(epochMs)),
};
