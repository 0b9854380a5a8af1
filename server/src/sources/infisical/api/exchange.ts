import { exchange as exchangeWith } from '../../http/exchange';
import type { Answer, ExchangeLimits } from '../../http/exchange';

export { usualLimits } from '../../http/exchange';
export type { Answer, ExchangeLimits } from '../../http/exchange';

/** One request to Infisical and its answer; as `exchange` of sources/http. */
export const exchange = <T>(
  request: { url: string; init: RequestInit; about: string },
  limits: ExchangeLimits,
  signal: AbortSignal,
  read: (answer: Answer) => Promise<T>,
): Promise<T> =>
  exchangeWith(
    { vendor: 'Infisical', whenTooLarge: 'split the environment', ...request },
    limits,
    signal,
    read,
  );
