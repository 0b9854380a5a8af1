import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import React, { useState } from 'react';
import { catalogue } from '../../test/catalogue-fixture';
import { makeDatasource, serveResources, setVariables } from '../../test/grafana-services';
import { labels, testIds } from '../labels';
import type { SecretInsightsQuery } from '../types';
import { QueryEditor } from './query-editor';

const initial: SecretInsightsQuery = {
  refId: 'A',
  insight: 'access-volume',
  version: 1,
  params: {},
  filters: [],
};

/** Keeps the query as Grafana does and shows what the editor made of it. */
async function edit(query: Partial<SecretInsightsQuery> = {}) {
  const changes: SecretInsightsQuery[] = [];
  const runs = jest.fn();
  const datasource = makeDatasource();
  function Panel() {
    const [current, setCurrent] = useState({ ...initial, ...query });
    const onChange = (changed: SecretInsightsQuery) => {
      changes.push(changed);
      setCurrent(changed);
    };
    return (
      <QueryEditor datasource={datasource} query={current} onChange={onChange} onRunQuery={runs} />
    );
  }
  render(<Panel />);
  await screen.findByTestId(testIds.query.editor);
  return { latest: () => changes.at(-1), runs, user: userEvent.setup() };
}

/** The list is drawn for what is visible and jsdom shows nothing, so options are chosen by keyboard. */
async function choose(user: UserEvent, input: HTMLElement, text: string) {
  await user.tripleClick(input);
  await user.keyboard(text);
  await user.keyboard('{ArrowDown}{Enter}');
}

beforeEach(() => {
  setVariables({});
  serveResources(({ url }) =>
    url.endsWith('/insights') ? catalogue : { values: [{ value: 'prod', label: 'Production' }] },
  );
});

test('the form shows what the insight has', async () => {
  await edit();
  expect(screen.getByTestId(testIds.query.insight)).toHaveValue('Secret access volume');
  expect(screen.getByTestId(testIds.query.about)).toHaveTextContent('Read requests per bucket.');
  expect(screen.getByLabelText('Bucket')).toHaveAttribute('placeholder', 'day');
  expect(screen.getByLabelText('Largest')).toHaveAttribute('placeholder', '10');
});

test('another insight drops what it does not have and keeps what it has', async () => {
  const { latest, user, runs } = await edit({
    params: { bucket: 'week', top: '5' },
    filters: [
      { field: 'environment', op: 'in', values: ['prod'] },
      { field: 'ip', op: 'cidr', values: ['10.0.0.0/8'] },
      { field: 'metadata.app', op: 'in', values: ['x'] },
    ],
    zone: 'Asia/Kolkata',
  });
  await choose(user, screen.getByTestId(testIds.query.insight), 'Access by');
  expect(latest()).toEqual({
    refId: 'A',
    insight: 'access-breakdown',
    version: 1,
    params: { top: '5' },
    filters: [{ field: 'environment', op: 'in', values: ['prod'] }],
    zone: 'Asia/Kolkata',
  });
  expect(runs).toHaveBeenCalledTimes(1);
  expect(screen.queryByLabelText('Bucket')).not.toBeInTheDocument();
});

test.each([
  ['numeric', 'Secret access volume', undefined],
  ['table', 'Secret access volume', 'table'],
  ['series', 'Access by', undefined],
  ['numeric', 'Access by', 'numeric'],
  ['logs', 'Access by', undefined],
] as const)(
  'the format %s of another insight, chosen for %s, is now %s',
  async (format, title, kept) => {
    const from = title === 'Access by' ? 'access-volume' : 'access-breakdown';
    const { latest, user } = await edit({ insight: from, format });
    await choose(user, screen.getByTestId(testIds.query.insight), title);
    expect(latest()?.format).toBe(kept);
    expect(Object.keys(latest() ?? {}).includes('format')).toBe(kept !== undefined);
  },
);

test('a choice is set, takes a variable, and cleared it leaves the query', async () => {
  const { latest, user } = await edit();
  await choose(user, screen.getByLabelText('Bucket'), 'week');
  expect(latest()?.params).toEqual({ bucket: 'week' });
  await choose(user, screen.getByLabelText('Bucket'), '$bucket');
  expect(latest()?.params).toEqual({ bucket: '$bucket' });
  await user.click(screen.getByTitle('Clear value'));
  expect(latest()?.params).toEqual({});
});

test('a number is taken over when it is finished, not while it is typed', async () => {
  const { latest, user, runs } = await edit();
  await user.type(screen.getByLabelText('Largest'), '25');
  expect(runs).not.toHaveBeenCalled();
  await user.tab();
  expect(latest()?.params).toEqual({ top: '25' });
  await user.clear(screen.getByLabelText('Largest'));
  await user.keyboard('{Enter}');
  expect(latest()?.params).toEqual({});
  expect(runs).toHaveBeenCalledTimes(2);
});

test('dimensions are a list of at most as many as the insight allows', async () => {
  const { latest, user } = await edit({
    insight: 'access-breakdown',
    params: { by: ['project', 'actor'] },
  });
  const by = screen.getByTestId(testIds.query.editor).querySelectorAll('input')[1];
  await choose(user, by as HTMLElement, 'environment');
  // A third one is not taken, so nothing changed and nothing is asked again.
  expect(latest()).toBeUndefined();
});

test('a single dimension is a list of one', async () => {
  const { latest, user } = await edit();
  await choose(user, screen.getByLabelText('Split by'), 'environment');
  expect(latest()?.params).toEqual({ by: ['environment'] });
  await user.click(screen.getByTitle('Clear value'));
  expect(latest()?.params).toEqual({});
});

test('filters are added, filled with the server’s values or own ones, and removed', async () => {
  const asked = serveResources(({ url }) =>
    url.endsWith('/insights') ? catalogue : { values: [{ value: 'prod', label: 'Production' }] },
  );
  const { latest, user } = await edit();
  await user.click(screen.getByText(labels.query.addFilter));
  expect(latest()?.filters).toEqual([{ field: 'environment', op: 'in', values: [] }]);

  const row = within(screen.getByTestId(testIds.query.filter));
  const values = row.getByPlaceholderText(labels.query.filterValues);
  await user.type(values, 'pro');
  await waitFor(() =>
    expect(asked.at(-1)).toMatchObject({
      url: '/api/datasources/uid/uid/resources/fields/environment/values',
      params: { search: 'pro', limit: 100 },
    }),
  );
  await act(async () => {});
  await user.keyboard('{ArrowDown}{Enter}');
  expect(latest()?.filters?.[0]?.values).toEqual(['pro']);
  await user.keyboard('{ArrowDown}{Enter}');
  expect(latest()?.filters?.[0]?.values).toEqual(['pro', 'prod']);

  await choose(user, row.getByTestId(testIds.query.filterOperator), 'glob');
  expect(latest()?.filters?.[0]?.op).toBe('glob');
  await choose(user, row.getByTestId(testIds.query.filterField), 'IP address');
  expect(latest()?.filters).toEqual([{ field: 'ip', op: 'cidr', values: [] }]);
  await user.click(row.getByLabelText(labels.query.removeFilter));
  expect(latest()?.filters).toEqual([]);
});

test('format and zone can be chosen and given back', async () => {
  const { latest, user } = await edit();
  await choose(user, screen.getByLabelText(labels.query.format), 'Numbers');
  expect(latest()).toMatchObject({ format: 'numeric' });
  await choose(user, screen.getByLabelText(labels.query.zone), 'Asia/Kolkata');
  expect(latest()).toMatchObject({ zone: 'Asia/Kolkata' });
});

test('an insight the server does not know is said, not hidden', async () => {
  await edit({ insight: 'from-the-future' });
  expect(
    screen.getByText('The server does not know the insight "from-the-future"'),
  ).toBeInTheDocument();
  expect(screen.queryByText(labels.query.addFilter)).not.toBeInTheDocument();
});

test('the server’s sentence is shown when the catalogue cannot be read', async () => {
  serveResources(() => {
    throw { status: 401, data: { detail: 'No valid token.' } };
  });
  render(
    <QueryEditor
      datasource={makeDatasource()}
      query={initial}
      onChange={jest.fn()}
      onRunQuery={jest.fn()}
    />,
  );
  expect(await screen.findByText('No valid token.')).toBeInTheDocument();
});
