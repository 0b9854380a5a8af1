import { isEqual } from 'lodash';
import { useEffect, useRef } from 'react';

/**
 * Passes a change on only where it changes something. Grafana's Combobox can report one choice over and
 * over, when the click comes before the browser has drawn the pointer's way onto the option: each report
 * ran the queries again, and Explore gave up after fifty (grafana/grafana#130469).
 *
 * What was last passed on is remembered in a ref and not read from the editor's props, because the
 * repeats come from handlers of an earlier drawing.
 */
export function useChange<T>(current: T, onChange: (changed: T) => void): (changed: T) => void {
  const known = useRef(plain(current));
  // As text, because the annotation editor hands over a new object at every drawing.
  const text = JSON.stringify(current);
  useEffect(() => {
    known.current = JSON.parse(text) as T;
  }, [text]);
  return (changed) => {
    if (!isEqual(plain(changed), known.current)) {
      known.current = plain(changed);
      onChange(changed);
    }
  };
}

/** Without members that are undefined, which a saved query does not have either. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
