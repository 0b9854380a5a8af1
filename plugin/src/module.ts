import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './components/config-editor';
import { QueryEditor } from './components/query-editor';
import { QueryHelp } from './components/query-help';
import { SecretInsightsDataSource } from './datasource';
import { explainRefusedButtons } from './refused-buttons';
import type { SecretInsightsOptions, SecretInsightsQuery, SecretInsightsSecrets } from './types';

explainRefusedButtons();

export const plugin = new DataSourcePlugin<
  SecretInsightsDataSource,
  SecretInsightsQuery,
  SecretInsightsOptions,
  SecretInsightsSecrets
>(SecretInsightsDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
