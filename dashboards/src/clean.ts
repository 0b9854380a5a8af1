type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * The SDK writes keys that say nothing or, worse, something to another Grafana: this placement may
 * move links into a menu in newer versions, and `auto…` belongs to interval variables alone.
 */
const isNoise = (key: string, value: Json) =>
  (key === 'placement' && value === 'inControlsMenu') ||
  key === 'auto' ||
  key === 'auto_min' ||
  key === 'auto_count';

function withoutNoise(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNoise);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !isNoise(key, inner))
      .map(([key, inner]) => [key, withoutNoise(inner)]),
  );
}

/** A built dashboard as the plain JSON that is committed. */
export function cleanJson(built: object): Json {
  const plain = JSON.parse(JSON.stringify(built)) as Json;
  return withoutNoise(plain);
}
