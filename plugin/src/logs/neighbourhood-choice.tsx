import { InlineField, RadioButtonGroup } from '@grafana/ui';
import React, { useState } from 'react';
import { labels } from '../labels';
import { neighbourhoods, type Neighbourhood } from './log-context';

interface Props {
  chosen: Neighbourhood;
  onChoose: (neighbourhood: Neighbourhood) => void;
}

const options = neighbourhoods.map((value) => ({ label: labels.context[value], value }));

/** Above an event's context: whose events are shown around it. */
export function NeighbourhoodChoice({ chosen, onChoose }: Props) {
  const [shown, setShown] = useState(chosen);
  return (
    <InlineField label={labels.context.around}>
      <RadioButtonGroup
        options={options}
        value={shown}
        onChange={(value) => {
          setShown(value);
          onChoose(value);
        }}
      />
    </InlineField>
  );
}
