import { expect, test } from '@grafana/plugin-e2e';
import { dashboardUid } from './steps';

test('the dashboard "Secret access" opens and no panel fails', async ({
  gotoDashboardPage,
  page,
}) => {
  const refused: string[] = [];
  page.on('response', (response) => {
    if (/\/api\/(ds\/query|datasources\/uid)/.test(response.url()) && !response.ok()) {
      refused.push(`${response.status()} ${response.url()}`);
    }
  });
  const answered = page.waitForResponse((response) => response.url().includes('/api/ds/query'));
  await gotoDashboardPage({ uid: dashboardUid });
  await answered;
  await expect(page.getByText('Secret access volume').first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(refused).toEqual([]);
  await expect(page.getByTestId(/Panel status error/)).toHaveCount(0);
});
