import { expect, test } from '@grafana/plugin-e2e';
import { datasource } from './steps';

test('the data source reaches its server and says so', async ({
  gotoDataSourceConfigPage,
  page,
}) => {
  await gotoDataSourceConfigPage(datasource.uid);
  // A provisioned data source cannot be saved, only tested.
  await page.getByRole('button', { name: /^(Save & test|Test)$/ }).click();
  await expect(page.getByText(/Connected to Secret Insights .* with \d+ insights/)).toBeVisible();
});
