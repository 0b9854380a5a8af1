import { panelLink, resource } from '../links';
import type { VariableField } from '../query';

/**
 * A panel's view as files, through the session of whoever clicks.
 * @param params Parameters of the insight, as the panel asks for them.
 */
export const exportLinks = (
  insight: string,
  variables: readonly VariableField[],
  params: Readonly<Record<string, string>> = {},
) => {
  const asked = [
    'from=${__from}&to=${__to}',
    ...Object.entries(params).map(([name, value]) => `${name}=${value}`),
    ...variables.map((variable) => `\${${variable}:queryparam}`),
  ].join('&');
  const file = (format: string) => resource(`insights/${insight}?format=${format}&${asked}`);
  return [panelLink('Export as JSON', file('json')), panelLink('Export as CSV', file('csv'))];
};
