import type { RequestHandler } from 'express';
import { fieldValues } from '../insights/field-values';
import type { ReadingDeps } from './api';
import { leaving, rangeParameters } from './insights';
import { parseRange } from './request-range';
import { callerOf, pathValue } from './request-context';
import { filterOf, searchOf, single, valuesByName, wholeNumber } from './rest-query';
import type { Route } from './route';
import { reference, text, whole } from './schemas';

const ownNames = ['search', 'limit', 'from', 'to'];
const defaultLimit = 200;

export function fieldRoutes(deps: ReadingDeps): Route[] {
  return [
    {
      method: 'get',
      path: '/api/v1/fields/:field/values',
      access: ['insights'],
      summary: 'Values of a field, the most frequent first: for variables and filters',
      description:
        'Every other name is a filter, as in the insights; it narrows the events the values are taken from.',
      parameters: [
        { name: 'field', in: 'path', description: 'A filter field', schema: text },
        {
          name: 'search',
          in: 'query',
          description: 'Text that the value or its label contains',
          schema: text,
        },
        {
          name: 'limit',
          in: 'query',
          description: 'Values at most',
          schema: { ...whole, minimum: 1, default: defaultLimit },
        },
        ...rangeParameters,
      ],
      answer: {
        status: 200,
        description: 'The values',
        content: { 'application/json': reference('FieldValues') },
      },
      handle: answerValues(deps),
    },
  ];
}

const answerValues = ({ insights, config, now }: ReadingDeps): RequestHandler => {
  return async (request, response) => {
    const values = valuesByName(searchOf(request.url));
    const one = (name: string): string | undefined => single(name, values.get(name));
    const search = one('search');
    const range = parseRange(one('from'), one('to'), now());
    const limit =
      wholeNumber('limit', one('limit'), config.limits.page) ??
      Math.min(defaultLimit, config.limits.page);
    const filters = [...values]
      .filter(([name]) => !ownNames.includes(name))
      .map(([name, chosen]) => filterOf(name, chosen));
    response.json(
      await fieldValues(
        insights,
        {
          field: pathValue(request, 'field'),
          limit,
          filters,
          signal: leaving(response),
          ...(search !== undefined && { search }),
          ...(range && { range }),
        },
        callerOf(request),
      ),
    );
  };
};
