import type { DataSourceSettings } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';
import { labels } from '../labels';
import type { SecretInsightsOptions, SecretInsightsSecrets } from '../types';
import { ConfigEditor } from './config-editor';

type Settings = DataSourceSettings<SecretInsightsOptions, SecretInsightsSecrets>;

const empty: Settings = {
  id: 1,
  uid: 'uid',
  orgId: 1,
  name: 'Secret Insights',
  typeLogoUrl: '',
  type: 'secret-insights-datasource',
  typeName: 'Secret Insights',
  access: 'proxy',
  url: '',
  user: '',
  database: '',
  basicAuth: false,
  basicAuthUser: '',
  isDefault: false,
  jsonData: {},
  secureJsonFields: {},
  readOnly: false,
  withCredentials: false,
};

function configure(settings: Partial<Settings> = {}) {
  let latest: Settings = { ...empty, ...settings };
  function Page() {
    const [options, setOptions] = useState(latest);
    const onOptionsChange = (changed: Settings) => {
      latest = changed;
      setOptions(changed);
    };
    return <ConfigEditor options={options} onOptionsChange={onOptionsChange} />;
  }
  render(<Page />);
  return { latest: () => latest, user: userEvent.setup() };
}

test('the URL is a setting and the token a secret', async () => {
  const { latest, user } = configure();
  await user.type(screen.getByLabelText('Data source connection URL'), 'http://localhost:8085');
  await user.type(screen.getByPlaceholderText(labels.config.tokenPlaceholder), 'si_secret');
  expect(latest().url).toBe('http://localhost:8085');
  expect(latest().secureJsonData).toEqual({ token: 'si_secret' });
  expect(JSON.stringify(latest().jsonData)).not.toContain('si_secret');
});

test('a stored token is not shown and can be replaced', async () => {
  const { latest, user } = configure({ secureJsonFields: { token: true } });
  expect(screen.getByDisplayValue('configured')).toBeDisabled();
  await user.click(screen.getByRole('button', { name: /reset/i }));
  expect(latest().secureJsonFields.token).toBe(false);
});

test('TLS and the timeout are settings that the bridge reads', async () => {
  const { latest, user } = configure({ jsonData: { tlsSkipVerify: false } });
  await user.click(screen.getByRole('button', { name: /expand section advanced/i }));
  await user.type(screen.getByLabelText(labels.config.timeout), '45');
  await user.tab();
  expect(latest().jsonData.timeout).toBe(45);
  await user.click(screen.getByLabelText(/skip tls/i));
  expect(latest().jsonData).toMatchObject({ tlsSkipVerify: true });
});
