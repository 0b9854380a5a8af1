import { z } from 'zod';

/** What a connection may be called: it is a column's value, a filter and a part of addresses. */
export const sourceName = z
  .string('must be text')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'must be 1 to 64 letters, digits or . _ - and begin with a letter or digit',
  );
