import type { Catalogue, FilterDescription } from '../../server/src/contract';

const environment: FilterDescription = {
  field: 'environment',
  title: 'Environment',
  description: 'Slug of the environment',
  ops: ['in', 'not-in', 'glob'],
  completes: true,
};
const project: FilterDescription = { ...environment, field: 'project', title: 'Project' };
const address: FilterDescription = {
  field: 'ip',
  title: 'IP address',
  description: 'Address or network',
  ops: ['cidr', 'not-cidr'],
  completes: false,
};
const metadata: FilterDescription = {
  ...environment,
  field: 'metadata.<key>',
  title: 'Metadata',
  completes: false,
};

export const catalogue: Catalogue = {
  version: '0.1.0',
  insights: [
    {
      id: 'access-volume',
      version: 2,
      title: 'Secret access volume',
      about: 'Read requests per bucket.',
      shape: 'series',
      needs: 'insights',
      default_window: 'last 7 days, whole UTC days',
      params: [
        {
          key: 'bucket',
          kind: 'choice',
          title: 'Bucket',
          description: 'Width of a bucket',
          default: 'day',
          choices: ['hour', 'day', 'week'],
          schema: {},
        },
        {
          key: 'by',
          kind: 'dimensions',
          title: 'Split by',
          description: 'One line for each value',
          default: [],
          choices: ['project', 'environment'],
          most: 1,
          schema: {},
        },
        {
          key: 'top',
          kind: 'integer',
          title: 'Largest',
          description: 'How many lines before other',
          default: 10,
          min: 1,
          max: 100,
          schema: {},
        },
      ],
      filters: [environment, project, address, metadata],
      columns: [],
    },
    {
      id: 'access-breakdown',
      version: 1,
      title: 'Access by dimension',
      about: 'Reads by one or two dimensions.',
      shape: 'table',
      needs: 'insights',
      default_window: 'last 7 days, whole UTC days',
      params: [
        {
          key: 'by',
          kind: 'dimensions',
          title: 'By',
          description: 'Columns to group by',
          default: ['project'],
          choices: ['project', 'environment', 'actor'],
          most: 2,
          schema: {},
        },
        {
          key: 'top',
          kind: 'integer',
          title: 'Largest',
          description: 'How many rows',
          default: 50,
          schema: {},
        },
      ],
      filters: [environment],
      columns: [],
    },
  ],
};
