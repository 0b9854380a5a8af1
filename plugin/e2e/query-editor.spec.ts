import { expect, test } from '@grafana/plugin-e2e';
import { labels, testIds } from '../src/labels';
import { chooseByKeyboard, clickByMouse, datasource, insightField } from './steps';

test('an insight chosen in a panel shows its data', async ({ panelEditPage, page }) => {
  await panelEditPage.datasource.set(datasource.name);
  await panelEditPage.setVisualization('Table');
  await chooseByKeyboard(page, insightField(page), 'Top actors');
  await expect(insightField(page)).toHaveValue('Top actors');
  await expect(panelEditPage.refreshPanel()).toBeOK();
  await expect(panelEditPage.panel.fieldNames).not.toHaveCount(0);
  // Tables before 12.3 have cells, later ones grid cells.
  const panel = panelEditPage.panel.locator;
  await expect(panel.getByRole('cell').or(panel.getByRole('gridcell')).first()).toBeVisible();
  await expect(panelEditPage.panel.getErrorIcon()).toHaveCount(0);
});

test('Explore survives the mouse: insights and their parameters are clicked', async ({
  explorePage,
  page,
}) => {
  await explorePage.datasource.set(datasource.name);
  const volume = await insightField(page).inputValue();
  for (const title of ['Top actors', volume, 'Top actors', volume]) {
    await clickByMouse(page, insightField(page));
    await clickByMouse(page, page.getByRole('option', { name: title }));
    await expect(insightField(page)).toHaveValue(title);
  }
  const bucket = page.getByTestId(testIds.query.param('bucket'));
  await clickByMouse(page, bucket);
  await clickByMouse(page, page.getByRole('option', { name: 'week' }));
  await expect(bucket).toHaveValue('week');
  await clickByMouse(page, page.getByText(labels.query.addFilter));
  await expect(page.getByTestId(testIds.query.filter)).toBeVisible();
  await clickByMouse(page, page.getByPlaceholder(labels.query.filterValues));
  const answered = page.waitForResponse((response) => response.url().includes('/api/ds/query'));
  await clickByMouse(page, page.getByRole('option').first());
  expect((await answered).ok()).toBe(true);
  await expect(page.getByText('An unexpected error happened')).toHaveCount(0);
  await expect(insightField(page)).toHaveValue(volume);
});

test('a variable lists what the server knows', async ({ variableEditPage, page }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(datasource.name);
  await chooseByKeyboard(page, page.getByTestId(testIds.variable.field), 'Project');
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews([/.+/]);
});
