import fc from 'fast-check';
import { filterOperators } from '../contract';
import { findInsight } from '../insights/catalogue';
import { filterOf, parseRestQuery, valuesByName } from './rest-query';

const limits = { now: Date.parse('2026-03-15T10:30:00Z'), rows: 100_000 };

describe('the name of a filter', () => {
  it.each([
    ['environment', 'environment', 'in'],
    ['environment.not-in', 'environment', 'not-in'],
    ['secret_path.glob', 'secret_path', 'glob'],
    ['ip.cidr', 'ip', 'cidr'],
    ['metadata.secretPath', 'metadata.secretPath', 'in'],
    ['metadata.secretPath.prefix', 'metadata.secretPath', 'prefix'],
    ['metadata.a.b.not-contains', 'metadata.a.b', 'not-contains'],
    // A key that is called like an operator.
    ['metadata.prefix', 'metadata.prefix', 'in'],
    ['metadata.prefix.prefix', 'metadata.prefix', 'prefix'],
    ['.in', '.in', 'in'],
  ])('%s is %s with %s', (name, field, op) => {
    expect(filterOf(name, ['x'])).toEqual({ field, op, values: ['x'] });
  });

  it('brings any values through an address unchanged, but for empty ones', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...filterOperators),
        fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }),
        (op, values) => {
          const written = new URLSearchParams();
          for (const value of values) written.append(`secret_path.${op}`, value);
          const [[name, read] = ['', []]] = valuesByName(new URLSearchParams(written.toString()));
          const chosen = values.filter((value) => value !== '');
          expect(filterOf(name, read)).toEqual({ field: 'secret_path', op, values: chosen });
        },
      ),
    );
  });
});

describe('an address', () => {
  it('is taken apart into parameters, filters and what is reserved', () => {
    const search = new URLSearchParams(
      'bucket=hour&environment=prod&environment=dev&ip.not-cidr=10.0.0.0/8&from=now-1d&zone=Europe/Berlin&limit=7&format=csv',
    );
    expect(parseRestQuery(findInsight('access-volume'), search, limits)).toEqual({
      query: {
        insight: 'access-volume',
        params: { bucket: 'hour' },
        filters: [
          { field: 'environment', op: 'in', values: ['prod', 'dev'] },
          { field: 'ip', op: 'not-cidr', values: ['10.0.0.0/8'] },
        ],
        zone: 'Europe/Berlin',
      },
      range: { from: limits.now - 86_400_000, to: limits.now },
      limit: 7,
      format: 'csv',
    });
  });

  it('gives a sentence or a query for any text, and never anything else', () => {
    const insight = findInsight('top-actors');
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.oneof(fc.string(), fc.constantFrom('limit', 'from', 'environment')),
            fc.string(),
          ),
        ),
        (pairs) => {
          try {
            expect(parseRestQuery(insight, new URLSearchParams(pairs), limits).query.insight).toBe(
              'top-actors',
            );
          } catch (error) {
            expect(error).toMatchObject({
              kind: 'bad-parameters',
              field: expect.any(String) as string,
            });
          }
        },
      ),
    );
  });
});
