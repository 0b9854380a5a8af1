import type { Locator, Page } from '@playwright/test';
import { testIds } from '../src/labels';

/** As provisioned by this repository. */
export const datasource = { name: 'Secret Insights', uid: 'secret-insights' };
export const dashboards = {
  'Secret access': 'secret-insights-access',
  'Audit logs': 'secret-insights-audit-logs',
  Actor: 'secret-insights-actor',
  Secret: 'secret-insights-secret',
  'Audit reports': 'secret-insights-audit-reports',
  'Secret Insights': 'secret-insights-overview',
  'Rotations and reminders': 'secret-insights-rotations',
  'Stale secrets': 'secret-insights-stale-secrets',
  Organisation: 'secret-insights-organisation',
  'Usage report': 'secret-insights-usage-report',
  'Clients and limits': 'secret-insights-clients-and-limits',
  'Password manager': 'secret-insights-password-manager',
};

export const insightField = (page: Page): Locator => page.getByTestId(testIds.query.insight);

/** By keyboard; keys typed without a pause get lost in Grafana's list. */
export async function chooseByKeyboard(page: Page, field: Locator, text: string): Promise<void> {
  await field.click();
  await field.selectText();
  await page.keyboard.type(text, { delay: 60 });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}

/**
 * As a hand does it: the pointer travels, rests, presses and lets go. Playwright's own click leaves no
 * time between press and release, and in Explore of Grafana 12.2 that ended in React error 185, thrown
 * in the tooltip of a button of Grafana's toolbar; with a pause in between it was not seen.
 */
export async function clickByMouse(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  const box = await target.boundingBox();
  if (box === null) {
    throw new Error('What should be clicked cannot be seen');
  }
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 15 });
  await page.waitForTimeout(150);
  await page.mouse.down();
  await page.waitForTimeout(60);
  await page.mouse.up();
}
