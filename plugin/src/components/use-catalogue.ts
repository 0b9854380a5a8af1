import { useEffect, useState } from 'react';
import type { Catalogue } from '../../../server/src/contract';
import type { SecretInsightsDataSource } from '../datasource';
import { sentenceOf } from '../errors';

export interface CatalogueState {
  catalogue?: Catalogue;
  error?: string;
}

export function useCatalogue(datasource: SecretInsightsDataSource): CatalogueState {
  const [state, setState] = useState<CatalogueState>({});
  useEffect(() => {
    let shown = true;
    datasource.getCatalogue().then(
      (catalogue) => shown && setState({ catalogue }),
      (reason: unknown) => shown && setState({ error: sentenceOf(reason) }),
    );
    return () => {
      shown = false;
    };
  }, [datasource]);
  return state;
}
