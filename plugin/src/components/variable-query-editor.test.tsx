import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';
import { catalogue } from '../../test/catalogue-fixture';
import { makeDatasource, serveResources, setVariables } from '../../test/grafana-services';
import { labels, testIds } from '../labels';
import type { FieldValuesQuery } from '../types';
import { VariableQueryEditor } from './variable-query-editor';

async function edit(query: FieldValuesQuery = { refId: 'v', field: '' }) {
  let latest = query;
  const datasource = makeDatasource();
  function Page() {
    const [current, setCurrent] = useState(latest);
    const onChange = (changed: FieldValuesQuery) => {
      latest = changed;
      setCurrent(changed);
    };
    return (
      <VariableQueryEditor
        datasource={datasource}
        query={current}
        onChange={onChange}
        onRunQuery={() => undefined}
      />
    );
  }
  render(<Page />);
  await screen.findByText(labels.query.addFilter);
  return { latest: () => latest, user: userEvent.setup() };
}

beforeEach(() => {
  setVariables({});
  serveResources(() => catalogue);
});

test('a field, a part of its values and a limit are chosen', async () => {
  const { latest, user } = await edit();
  await user.click(screen.getByTestId(testIds.variable.field));
  await user.keyboard('Project{ArrowDown}{Enter}');
  await user.type(screen.getByLabelText(labels.variable.search), 'pay');
  await user.type(screen.getByLabelText(labels.variable.limit), '20{Enter}');
  expect(latest()).toEqual({ refId: 'v', field: 'project', search: 'pay', limit: 20 });
});

test('a new variable, which Grafana gives an empty text as query, opens empty', async () => {
  const { latest, user } = await edit('' as unknown as FieldValuesQuery);
  expect(screen.getByLabelText(labels.variable.search)).toHaveValue('');
  await user.click(screen.getByTestId(testIds.variable.field));
  await user.keyboard('Project{ArrowDown}{Enter}');
  expect(latest()).toEqual({ refId: 'variable', field: 'project' });
});

test('fields without completion are not offered', async () => {
  const { latest, user } = await edit({ refId: 'v', field: 'project' });
  await user.tripleClick(screen.getByTestId(testIds.variable.field));
  await user.keyboard('IP address{ArrowDown}{Enter}');
  expect(latest().field).toBe('project');
});

test('text that is no number is no limit', async () => {
  const { latest, user } = await edit({ refId: 'v', field: 'project', limit: 5 });
  await user.clear(screen.getByLabelText(labels.variable.limit));
  await user.type(screen.getByLabelText(labels.variable.limit), 'many{Enter}');
  expect(latest().limit).toBeUndefined();
});

test('a filter makes the variable depend on another', async () => {
  const { latest, user } = await edit({ refId: 'v', field: 'environment' });
  await user.click(screen.getByText(labels.query.addFilter));
  expect(latest().filters).toEqual([{ field: 'environment', op: 'in', values: [] }]);
});
