import { Input } from '@grafana/ui';
import React, { useEffect, useState, type ComponentProps, type KeyboardEvent } from 'react';

interface Props extends Pick<ComponentProps<typeof Input>, 'id' | 'placeholder' | 'width'> {
  'data-testid'?: string;
  value: string;
  onCommit: (value: string) => void;
}

/** A text that is taken over on leaving the field or on Enter, so that half-typed text is no query. */
export function CommittedInput({ value, onCommit, ...input }: Props) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    if (text.trim() !== value) {
      onCommit(text.trim());
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      commit();
    }
  };
  return (
    <Input
      {...input}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}
