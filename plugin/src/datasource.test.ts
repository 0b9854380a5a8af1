import { dateTime, type AdHocVariableFilter, type TimeRange } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { catalogue } from '../test/catalogue-fixture';
import { makeDatasource, serveResources, setVariables } from '../test/grafana-services';
import type { FieldValuesQuery, SecretInsightsQuery } from './types';

const names = ['ci-runner', 'infra, core', `O'Brien "x" {y}`];

const queryWith = (query: Partial<SecretInsightsQuery>): SecretInsightsQuery => ({
  refId: 'A',
  insight: 'access-volume',
  version: 1,
  params: {},
  filters: [],
  ...query,
});

const valuesOf = (...values: string[]) => {
  const filters = [{ field: 'actor', op: 'in' as const, values }];
  return makeDatasource().applyTemplateVariables(queryWith({ filters }), {}).filters?.[0]?.values;
};

beforeEach(() => setVariables({}));

describe('variables in a query', () => {
  test('a multi-value variable becomes its values, whatever signs they hold', () => {
    setVariables({ actor: { value: names } });
    expect(valuesOf('${actor}', 'extra')).toEqual([...names, 'extra']);
  });

  test('a variable inside a text is tried with each value', () => {
    setVariables({ team: { value: ['a', 'b, c'] }, stage: { value: 'prod' } });
    expect(valuesOf('/app/$team/${stage}')).toEqual(['/app/a/prod', '/app/b, c/prod']);
  });

  test('an unknown variable stays text, and one that is not ready gives no value', () => {
    setVariables({ empty: { value: [''] } });
    expect(valuesOf('$nobody')).toEqual(['$nobody']);
    expect(valuesOf('${empty}', 'x')).toEqual(['x']);
    expect(valuesOf('${empty}')).toBeUndefined();
  });

  test('All is no filter, because the list of all values may be cut', () => {
    setVariables({ actor: { value: names, all: true } });
    expect(valuesOf('${actor}')).toBeUndefined();
    expect(valuesOf('${actor}', 'x')).toBeUndefined();
    expect(valuesOf('x-$actor')).toEqual(names.map((name) => `x-${name}`));
  });

  test('All under not-in excludes each value', () => {
    setVariables({ actor: { value: names, all: true } });
    const query = queryWith({ filters: [{ field: 'actor', op: 'not-in', values: ['$actor'] }] });
    expect(makeDatasource().applyTemplateVariables(query, {}).filters).toEqual([
      { field: 'actor', op: 'not-in', values: names },
    ]);
  });

  test('a repeated panel keeps its own value where the dashboard has All', () => {
    setVariables({ actor: { value: names, all: true } });
    const query = queryWith({ filters: [{ field: 'actor', op: 'in', values: ['$actor'] }] });
    const scoped = { actor: { text: 'infra, core', value: 'infra, core' } };
    expect(makeDatasource().applyTemplateVariables(query, scoped).filters).toEqual([
      { field: 'actor', op: 'in', values: ['infra, core'] },
    ]);
  });

  test('parameters and the zone take variables, and empty ones are left out', () => {
    setVariables({
      bucket: { value: 'week' },
      by: { value: ['project', 'actor'] },
      empty: { value: '' },
      zone: { value: 'Asia/Kolkata' },
    });
    const query = queryWith({
      params: { bucket: '$bucket', by: ['$by'], reads: '$empty', split: ['$empty'], top: 5 },
      zone: '$zone',
    });
    const { params, zone } = makeDatasource().applyTemplateVariables(query, {});
    expect(params).toEqual({ bucket: 'week', by: ['project', 'actor'], top: 5 });
    expect(zone).toBe('Asia/Kolkata');
  });
});

describe('ad-hoc filters', () => {
  const filtersOf = (...filters: AdHocVariableFilter[]) =>
    makeDatasource().applyTemplateVariables(queryWith({}), {}, filters).filters;

  test('join the filters of the query', () => {
    expect(
      filtersOf(
        { key: 'project', operator: '=', value: 'a, b' },
        { key: 'actor', operator: '=|', value: 'ci', values: ['ci', 'ann'] },
        { key: 'ip', operator: '!=', value: '10.0.0.1' },
        { key: 'environment', operator: '!=|', value: 'dev', values: ['dev', 'test'] },
        { key: '', operator: '=', value: 'half typed' },
        { key: 'project', operator: '=', value: '' },
      ),
    ).toEqual([
      { field: 'project', op: 'in', values: ['a, b'] },
      { field: 'actor', op: 'in', values: ['ci', 'ann'] },
      { field: 'ip', op: 'not-in', values: ['10.0.0.1'] },
      { field: 'environment', op: 'not-in', values: ['dev', 'test'] },
    ]);
  });

  test.each(['=~', '!~', '<', '>'])('%s has no exact counterpart and is refused', (operator) => {
    expect(() => filtersOf({ key: 'actor', operator, value: 'ci.*' })).toThrow(
      `The filter on actor uses ${operator}`,
    );
  });

  test('keys are the fields that can be compared, each once', async () => {
    serveResources(() => catalogue);
    expect(await makeDatasource().getTagKeys()).toEqual(
      ['environment', 'project'].map((field) => ({ text: field, value: field })),
    );
  });

  test('values come from the server, narrowed by the other filters', async () => {
    const asked = serveResources(() => ({ values: [{ value: 'p-1', label: 'Payments' }] }));
    const values = await makeDatasource().getTagValues({
      key: 'project',
      filters: [
        { key: 'project', operator: '=', value: 'p-2' },
        { key: 'environment', operator: '!=|', value: 'a', values: ['a', 'b'] },
      ],
    });
    expect(values).toEqual([{ text: 'Payments', value: 'p-1' }]);
    expect(asked[0]?.url).toBe('/api/datasources/uid/uid/resources/fields/project/values');
    expect(asked[0]?.params).toEqual({ 'environment.not-in': ['a', 'b'] });
  });
});

describe('the catalogue', () => {
  test('is asked once, and again only after a failure', async () => {
    let failing = true;
    const asked = serveResources(() => {
      if (failing) {
        throw new Error('no server');
      }
      return catalogue;
    });
    const datasource = makeDatasource();
    await expect(datasource.getCatalogue()).rejects.toThrow('no server');
    failing = false;
    expect(await datasource.getCatalogue()).toEqual(catalogue);
    await datasource.getCatalogue();
    expect(asked).toHaveLength(2);
  });

  test('names the insight in the text of a query', async () => {
    serveResources(() => catalogue);
    const datasource = makeDatasource();
    const query = queryWith({
      params: { bucket: 'day' },
      filters: [
        { field: 'environment', op: 'in', values: ['prod', 'dev'] },
        { field: 'project', op: 'in', values: [] },
      ],
    });
    const rest = 'bucket day, environment in (prod, dev), any project';
    expect(datasource.getQueryDisplayText(query)).toBe(`access-volume, ${rest}`);
    await datasource.getCatalogue();
    expect(datasource.getQueryDisplayText(query)).toBe(`Secret access volume, ${rest}`);
  });
});

test('a new query has an insight, and one without is not sent', () => {
  const datasource = makeDatasource();
  const fresh = { refId: 'A', insight: '', ...datasource.getDefaultQuery() };
  expect(datasource.filterQuery(fresh)).toBe(true);
  expect(datasource.filterQuery({ refId: 'A', insight: '' })).toBe(false);
});

test('an annotation asks for one table unless a format was chosen', () => {
  const { prepareQuery } = makeDatasource().annotations;
  const annotation = { name: 'n', enable: true, iconColor: 'red' };
  expect(prepareQuery?.(annotation)).toBeUndefined();
  expect(prepareQuery?.({ ...annotation, target: queryWith({}) })).toEqual(
    queryWith({ format: 'table' }),
  );
  const numbers = queryWith({ format: 'numeric' });
  expect(prepareQuery?.({ ...annotation, target: numbers })).toEqual(numbers);
});

describe('a variable', () => {
  const range: TimeRange = {
    from: dateTime(1767225600000),
    to: dateTime(1767312000000),
    raw: { from: 'now-1d', to: 'now' },
  };
  const find = (target: Partial<FieldValuesQuery>) => {
    const { variables } = makeDatasource();
    const targets = [{ refId: 'v', field: '', ...target }];
    return lastValueFrom(
      variables.query({
        targets,
        range,
        scopedVars: {},
        requestId: '1',
        interval: '1m',
        intervalMs: 60000,
        timezone: 'utc',
        app: 'dashboard',
        startTime: 0,
      }),
    );
  };

  test('lists labels and values, and depends on other variables', async () => {
    setVariables({ project: { value: ['a', 'b'] }, part: { value: 'pro' } });
    const asked = serveResources(() => ({ values: [{ value: 'prod', label: 'Production' }] }));
    const { data } = await find({
      field: 'metadata.app name',
      search: '$part',
      limit: 20,
      filters: [{ field: 'project', op: 'in', values: ['$project'] }],
    });
    expect(data).toEqual([{ text: 'Production', value: 'prod' }]);
    expect(asked[0]?.url).toContain('fields/metadata.app%20name/values');
    expect(asked[0]?.params).toEqual({
      search: 'pro',
      limit: 20,
      from: 1767225600000,
      to: 1767312000000,
      project: ['a', 'b'],
    });
  });

  test('without a field lists nothing and asks nothing', async () => {
    const asked = serveResources(() => ({ values: [] }));
    expect(await find({})).toEqual({ data: [] });
    expect(asked).toHaveLength(0);
  });
});
