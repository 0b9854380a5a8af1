import { RE2JS } from 're2js';

/** Whether a pattern is found anywhere in a text. */
export type Matches = (text: string) => boolean;

/**
 * Compiles a pattern of RE2, which takes time in proportion to the text whatever the pattern is: one
 * from settings cannot hold up the server. Look-around and back references are not in it.
 * @returns null where it is no pattern of RE2.
 */
export function linearRegex(pattern: string): Matches | null {
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch {
    return null;
  }
}
