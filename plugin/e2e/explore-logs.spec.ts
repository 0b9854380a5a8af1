import { expect, test } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';
import { labels } from '../src/labels';
import { dashboards, datasource } from './steps';

/** Explore with single events of the last day, as a link to it would open. */
async function openEvents(page: Page): Promise<void> {
  const queries = [
    { refId: 'A', insight: 'events', version: 1, params: { limit: 50 }, filters: [] },
  ];
  const pane = { datasource: datasource.uid, queries, range: { from: 'now-24h', to: 'now' } };
  const panes = encodeURIComponent(JSON.stringify({ one: pane }));
  await page.goto(`/explore?schemaVersion=1&orgId=1&panes=${panes}`);
  await expect(firstLine(page)).toBeVisible({ timeout: 60_000 });
}

const firstLine = (page: Page) => page.getByText(/^[a-z-]+ by (User|Identity|Service) /).first();

test('log lines have bars above them, labels that filter, and links', async ({ page }) => {
  await openEvents(page);
  await expect(page.getByText('Logs volume')).toBeVisible();
  await expect(page.getByText(/^Total: /).first()).toBeVisible();

  await firstLine(page).click();
  await expect(page.getByRole('link', { name: 'What this actor did' })).toHaveAttribute(
    'href',
    new RegExp(`/d/${dashboards.Actor}\\?var-datasource=${datasource.uid}&var-actor=.+`),
  );
  await expect(page.getByRole('link', { name: 'Everything around this event' })).toHaveAttribute(
    'href',
    new RegExp(`/d/${dashboards['Audit logs']}\\?.*from=\\d+&to=\\d+$`),
  );
  const event = page.getByRole('link', { name: 'The whole event as JSON' }).first();
  const answer = await page.request.get((await event.getAttribute('href')) ?? '');
  expect(await answer.json()).toMatchObject({
    event: { type: expect.any(String), metadata: expect.any(Object) },
    actor: { type: expect.any(String) },
    timestamp: expect.any(String),
  });

  const filtered = page.waitForResponse((response) => response.url().includes('/api/ds/query'));
  await page
    .getByRole('button', { name: /^Filter for value/ })
    .first()
    .click();
  expect((await filtered).ok()).toBe(true);
  await expect(page).toHaveURL(/%22field%22:%22actor%22|"field":"actor"/);
});

test('an event is shown among those of its project, and of its actor', async ({ page }) => {
  await openEvents(page);
  await firstLine(page).hover();
  await page
    .getByRole('button', { name: /Show context/ })
    .first()
    .click();
  await expect(page.getByText(labels.context.around)).toBeVisible();
  const asked = page.waitForRequest(
    (request) =>
      request.url().includes('/api/ds/query') &&
      /"field":"actor"/.test(request.postData() ?? '') &&
      /"refId":"context-/.test(request.postData() ?? ''),
  );
  // The label lies over its radio button.
  await page.getByLabel(labels.context.actor).check({ force: true });
  expect((await (await asked).response())?.ok()).toBe(true);
});
