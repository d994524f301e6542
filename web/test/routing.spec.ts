import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Bahi } from '../../test/support/bahi.js';
import { dashboard } from './support/dashboard.js';
import type { Tab } from './support/tab.js';

const opened = dashboard();
let bahi: Bahi;
let tab: Tab;

beforeAll(() => {
  ({ bahi, tab } = opened);
});

const section = (name: string) =>
  tab.page
    .locator('section')
    .filter({ has: tab.page.getByRole('heading', { name, exact: true }) })
    .last();
const rules = async () => (await bahi.asOperator().get('/routing-rules')).body.results as unknown[];

describe('routing rules', () => {
  it('are previewed before they are saved, beside what is', async () => {
    await tab.signIn(bahi.operatorKey, '/routing');
    const { page } = tab;
    await page.getByText('No rules.').waitFor();
    const stored = section('With the current rules');
    await stored.getByText('100% to bank-simulator').waitFor();
    await stored.getByText('by no rule', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.getByLabel('Priority').fill('10');
    await page.getByLabel('Amount from').fill('5,000');
    await page.getByLabel('Share in percent').fill('40');
    const edited = section('With your change');
    await edited.getByText('the amount is below its range').waitFor();
    await page.getByLabel('Amount (₹)', { exact: true }).fill('6000');
    await edited.getByText('by the rule with priority 10').waitFor();
    await edited.getByText('40% to bank-simulator').waitFor();
    await edited.getByText('60% to bank-simulator').waitFor();
    await stored.getByText('100% to bank-simulator').waitFor();
    expect(await rules()).toEqual([]);
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.getByText('₹5,000.00 or more').waitFor();
    await stored.getByText('40% to bank-simulator').waitFor();
    expect(await rules()).toMatchObject([{ priority: 10, min_amount_paise: 500_000, percentage: 40 }]);
  });

  it('are edited, switched off and deleted', async () => {
    await tab.signIn(bahi.operatorKey, '/routing');
    const { page } = tab;
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Amount from').fill('1,0,0');
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.getByText('The commas are misplaced.').waitFor();
    await page.getByLabel('Amount from').fill('');
    await page.getByLabel('Mode').first().selectOption('IMPS');
    await page.getByRole('button', { name: 'Save rule' }).click();
    await page.getByText('₹5,000.00 or more').waitFor({ state: 'detached' });
    expect(await rules()).toMatchObject([{ mode: 'IMPS', min_amount_paise: null, is_enabled: true }]);
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('button', { name: 'Switch on' }).waitFor();
    await page.getByText(': switched off').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No rules.').waitFor();
    expect(await rules()).toEqual([]);
  });
});
