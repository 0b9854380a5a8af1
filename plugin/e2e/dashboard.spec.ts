import { expect, test } from '@grafana/plugin-e2e';
import { dashboards } from './steps';

// Grafana draws a panel once it comes into view: here all of them are.
test.use({ viewport: { width: 1400, height: 3000 } });

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
    await expect(page.getByText('How fresh and complete the events are')).toBeVisible({
      timeout: 60_000,
    });
    // Not until the network rests: reports are asked for again and again.
    await expect(page.getByLabel('Panel loading bar')).toHaveCount(0, { timeout: 60_000 });
    expect(refused).toEqual([]);
    await expect(page.getByTestId(/Panel status error/)).toHaveCount(0);
  });
}
