import { renderHook } from '@testing-library/react';
import { useChange } from './use-change';

describe('a change in an editor', () => {
  const query = { insight: 'access-volume', params: {} };

  it('is passed on once, also when the same handler reports it again and again', () => {
    const onChange = jest.fn();
    const { result } = renderHook(() => useChange(query, onChange));
    const change = result.current;
    const chosen = { ...query, insight: 'top-actors' };
    for (let report = 0; report < 5; report++) change({ ...chosen });
    expect(onChange.mock.calls).toEqual([[chosen]]);
  });

  it('is not one where the members only stand in another order', () => {
    const onChange = jest.fn();
    const { result } = renderHook(() => useChange(query, onChange));
    result.current({ params: {}, insight: 'access-volume' });
    expect(onChange).not.toHaveBeenCalled();
  });

  it('can be taken back', () => {
    const onChange = jest.fn();
    const { result, rerender } = renderHook(({ current }) => useChange(current, onChange), {
      initialProps: { current: query },
    });
    const chosen = { ...query, insight: 'top-actors' };
    result.current(chosen);
    rerender({ current: chosen });
    result.current(query);
    expect(onChange.mock.calls).toEqual([[chosen], [query]]);
  });
});
