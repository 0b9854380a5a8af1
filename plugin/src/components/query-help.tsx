import type { QueryEditorHelpProps } from '@grafana/data';
import { Button } from '@grafana/ui';
import React from 'react';
import type { SecretInsightsQuery } from '../types';

interface Example {
  title: string;
  about: string;
  query: Omit<SecretInsightsQuery, 'refId'>;
}

const examples: Example[] = [
  {
    title: 'Reads a day, a line for each project',
    about: 'A filter without values means all, so a variable with All works as it is.',
    query: {
      insight: 'access-volume',
      version: 1,
      params: { bucket: 'day', by: ['project'] },
      filters: [{ field: 'project', op: 'in', values: ['${project}'] }],
    },
  },
  {
    title: 'Who reads most below one path',
    about: 'glob takes * within a folder and ** across folders.',
    query: {
      insight: 'top-actors',
      version: 1,
      params: { limit: '20' },
      filters: [{ field: 'secret_path', op: 'glob', values: ['/payments/**'] }],
    },
  },
  {
    title: 'Rotations that fail, for an alert rule',
    about: 'Numbers gives one value for each rotation; alert when it is above 0.',
    query: { insight: 'rotation-failures', version: 1, params: {}, filters: [], format: 'numeric' },
  },
];

export function QueryHelp({ onClickExample }: QueryEditorHelpProps<SecretInsightsQuery>) {
  return (
    <div>
      <h2>Secret Insights</h2>
      <p>
        Choose an insight; its parameters and filters appear below it. Values complete from the
        server, and any value or variable can be typed.
      </p>
      <p>
        Days and weeks are cut in UTC unless a time zone is chosen. Ad-hoc filters with =, !=, =|
        and !=| apply to every query.
      </p>
      {examples.map(({ title, about, query }) => (
        <div key={title}>
          <h4>{title}</h4>
          <p>{about}</p>
          <Button
            variant="secondary"
            size="sm"
            onClick={() => onClickExample({ ...query, refId: 'A' })}
          >
            Use this query
          </Button>
        </div>
      ))}
    </div>
  );
}
