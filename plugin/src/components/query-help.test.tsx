import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { makeDatasource } from '../../test/grafana-services';
import { QueryHelp } from './query-help';

test('an example becomes the query', async () => {
  const onClickExample = jest.fn();
  const query = { refId: 'A', insight: '' };
  render(<QueryHelp datasource={makeDatasource()} query={query} onClickExample={onClickExample} />);
  const [first] = screen.getAllByRole('button', { name: 'Use this query' });
  expect(first).toBeDefined();
  await userEvent.click(first as HTMLElement);
  expect(onClickExample).toHaveBeenCalledWith(
    expect.objectContaining({ refId: 'A', insight: 'access-volume', version: 1 }),
  );
});
