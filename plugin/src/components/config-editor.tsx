import {
  onUpdateDatasourceSecureJsonDataOption,
  updateDatasourcePluginJsonDataOption,
  updateDatasourcePluginResetOption,
  type DataSourcePluginOptionsEditorProps,
} from '@grafana/data';
import {
  ConfigSection,
  ConnectionSettings,
  convertLegacyAuthProps,
  DataSourceDescription,
  TLSSettings,
} from '@grafana/plugin-ui';
import { Divider, InlineField, SecretInput } from '@grafana/ui';
import React from 'react';
import { labels, testIds } from '../labels';
import type { SecretInsightsOptions, SecretInsightsSecrets } from '../types';
import { CommittedInput } from './committed-input';

type Props = DataSourcePluginOptionsEditorProps<SecretInsightsOptions, SecretInsightsSecrets>;

export function ConfigEditor(props: Props) {
  const { options, onOptionsChange } = props;
  const { TLS } = convertLegacyAuthProps({ config: options, onChange: onOptionsChange });
  return (
    <>
      <DataSourceDescription
        dataSourceName="Secret Insights"
        docsLink="https://github.com/secret-insights/secret-insights"
        hasRequiredFields
      />
      <Divider />
      <ConnectionSettings
        config={options}
        onChange={onOptionsChange}
        urlPlaceholder="http://localhost:8085"
        urlTooltip="Where Grafana's server reaches the Secret Insights server. In a container, localhost is the container itself."
      />
      <Divider />
      <ConfigSection
        title="Token"
        description="Every user of this organisation asks through this token; each sees what the token and their own role allow. Make one with: secret-insights token create --name grafana --capabilities insights,usage,audit,reports,reports:manage,speaks-for-grafana"
      >
        <InlineField
          label={labels.config.token}
          labelWidth={24}
          required
          htmlFor={testIds.config.token}
        >
          <SecretInput
            id={testIds.config.token}
            data-testid={testIds.config.token}
            width={40}
            isConfigured={Boolean(options.secureJsonFields.token)}
            value={options.secureJsonData?.token ?? ''}
            placeholder={labels.config.tokenPlaceholder}
            onChange={onUpdateDatasourceSecureJsonDataOption(props, 'token')}
            onReset={() => updateDatasourcePluginResetOption(props, 'token')}
          />
        </InlineField>
      </ConfigSection>
      <Divider />
      <ConfigSection title="Advanced" isCollapsible isInitiallyOpen={false}>
        {TLS && <TLSSettings {...TLS} readOnly={options.readOnly} />}
        <InlineField label={labels.config.timeout} labelWidth={24} htmlFor="timeout">
          <CommittedInput
            id="timeout"
            width={40}
            value={String(options.jsonData.timeout ?? '')}
            placeholder="30"
            onCommit={(text) =>
              updateDatasourcePluginJsonDataOption(props, 'timeout', seconds(text))
            }
          />
        </InlineField>
      </ConfigSection>
    </>
  );
}

function seconds(text: string): number | undefined {
  const value = Number.parseInt(text, 10);
  return value > 0 ? value : undefined;
}
