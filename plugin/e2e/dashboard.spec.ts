import { expect, test } from '@grafana/plugin-e2e';
import { dashboards } from './steps';

for (const [title, uid] of Object.entries(dashboards)) {
  test(`the dashboard "${title}" opens and no panel fails`, async ({ gotoDashboardPage, page }) => {
    const refused: string[] = [];
    page.on('response', (response) => {
      if (/\/api\/(ds\/query|datasources\/uid)/.test(response.url()) && !response.ok()) {
        refused.push(`${response.status()} ${response.url()}`);
      }
    });
    const answered = page.waitForResponse((response) => response.url().includes('/api/ds/query'));
    await gotoDashboardPage({ uid });
    await answered;
    await expect(page.getByText('Coverage').first()).toBeVisible();
    // Not until the network rests: reports are asked for again and again.
    await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
    expect(refused).toEqual([]);
    await expect(page.getByTestId(/Panel status error/)).toHaveCount(0);
  });
}
