import { readFile } from 'node:fs/promises';
import { expect, test } from '@grafana/plugin-e2e';
import type { Page } from '@playwright/test';
import { dashboards, datasource } from './steps';

/** Allowed by the demo, whose mail catcher takes it. */
const recipient = process.env.REPORT_RECIPIENT ?? 'security@example.org';
const runs = `/api/datasources/uid/${datasource.uid}/resources/reports?limit=1`;

const newest = async (page: Page) => {
  const answer = await page.request.get(runs);
  const { runs: found } = (await answer.json()) as {
    runs: { run: string; status: string; recipients: { address: string; state: string }[] }[];
  };
  return found[0];
};

/** @param inputs What is typed into the dialog's fields, whose labels Grafana does not bind to them. */
async function press(page: Page, name: string, inputs: string[] = []): Promise<void> {
  await page.getByRole('button', { name, exact: true }).first().click();
  for (const [index, text] of inputs.entries()) {
    await page.getByRole('dialog').getByRole('textbox').nth(index).fill(text);
  }
  if (inputs.length > 0) {
    await page.getByRole('button', { name: 'Continue' }).click();
  }
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
}

test('a report is made, mailed, downloaded and deleted by pressing buttons', async ({ page }) => {
  await page.goto(`/d/${dashboards['Audit reports']}?var-report=auth-methods`);
  await expect(page.getByText('Report history')).toBeVisible();
  const before = (await newest(page))?.run;

  const asked = page.waitForResponse((response) => /resources\/reports$/.test(response.url()));
  await press(page, 'Generate report', [recipient]);
  expect((await asked).status()).toBe(202);
  await expect(async () => {
    expect(await newest(page)).toMatchObject({
      status: 'completed',
      recipients: [{ address: recipient, state: 'accepted' }],
    });
  }).toPass({ timeout: 60_000 });
  const made = (await newest(page))?.run ?? '';
  expect(made).not.toBe(before);

  // The panel saw it by itself: nothing was refreshed.
  const file = page.getByRole('link', { name: 'auth-methods.csv' }).first();
  await expect(file).toHaveAttribute('href', new RegExp(`/reports/${made}/files/`));
  const downloading = page.waitForEvent('download');
  await file.click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('auth-methods.csv');
  expect(await readFile(await download.path(), 'utf8')).toMatch(/^Auth Method,Reads,Share\r\n/);

  const deleted = page.waitForResponse((response) => response.url().endsWith(`${made}/delete`));
  await press(page, 'Delete');
  expect((await deleted).status()).toBe(204);
  await expect(page.locator(`a[href*="${made}"]`)).toHaveCount(0);
});

test('what is refused is said in the words of the server', async ({ page }) => {
  await page.goto(`/d/${dashboards['Audit reports']}?var-report=auth-methods`);
  await expect(page.getByText('Report history')).toBeVisible();
  await press(page, 'Generate report', ['somebody@not-allowed.test']);
  await expect(page.getByText(/may not be mailed to somebody@not-allowed.test/)).toBeVisible();
});
