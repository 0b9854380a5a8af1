import { expect, test } from '@grafana/plugin-e2e';
import { dashboards, datasource } from './steps';

// Grafana draws a panel once it comes into view: here all of them are.
test.use({ viewport: { width: 1400, height: 3000 } });

const asked = `/d/${dashboards['Audit logs']}?from=now-7d&to=now`;

test('a value that is clicked narrows all panels, and the address carries it', async ({ page }) => {
  await page.goto(asked);
  await page.getByRole('link', { name: 'get-secret', exact: true }).first().click();
  await expect(page).toHaveURL(/var-event=get-secret(&|$)/);
  await expect(page.getByRole('link', { name: 'get-secrets', exact: true })).toHaveCount(0);
});

test('a label of a line becomes an ad-hoc filter of the dashboard', async ({ page }) => {
  await page.goto(asked);
  const line = page.getByText(/^[a-z-]+ by (User|Identity|Service) /).first();
  await expect(line).toBeVisible({ timeout: 60_000 });
  await line.click();
  await page
    .getByRole('button', { name: /^Filter out value/ })
    .first()
    .click();
  await expect(page).toHaveURL(/var-filters=actor/);
});

test('the files of a panel hold what it shows: variables, All and ad-hoc filters', async ({
  page,
}) => {
  const resource = `/api/datasources/uid/${datasource.uid}/resources`;
  const rowsOf = async (query: string) => {
    const answer = await page.request.get(
      `${resource}/events?format=csv&from=now-1d&to=now${query}`,
    );
    expect([answer.status(), answer.headers()['content-disposition']]).toEqual([
      200,
      expect.stringContaining('events.csv'),
    ]);
    return (await answer.text()).trim().split('\r\n').slice(1);
  };
  const all = await rowsOf('&var-event=%24__all&var-filters=');
  const some = await rowsOf('&var-event=get-secret&var-project=%24__all');
  const others = await rowsOf('&var-filters=event%7C%21%3D%7Cget-secret');
  expect(some.length).toBeGreaterThan(0);
  expect(some.every((row) => row.includes(',"get-secret",'))).toBe(true);
  expect(others.some((row) => row.includes(',"get-secret",'))).toBe(false);
  // Events go on arriving between the three calls.
  expect(Math.abs(all.length - some.length - others.length)).toBeLessThan(20);
});
