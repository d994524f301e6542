import { beforeAll, expect, it } from '@jest/globals';
import { SettlePayout } from '../../src/modules/payouts/application/settle-payout.js';
import type { Bahi } from '../../test/support/bahi.js';
import type { Merchant } from '../../test/support/merchant.js';
import { dashboard } from './support/dashboard.js';
import type { Tab } from './support/tab.js';

const opened = dashboard({ worker: true });
let bahi: Bahi;
let acme: Merchant;
let tab: Tab;
let payoutId: string;

beforeAll(async () => {
  ({ bahi, tab } = opened);
  acme = await bahi.aMerchant({ rupees: 100, accounts: ['0002'] });
  // A payout that failed, and that the bank reports as paid afterwards.
  const { id } = await acme.aPayout(10, { to: '0002' });
  payoutId = id;
  await acme.until(id, 'failed');
  const call = { kind: 'inquiry', gateway: 'bank-simulator', attempt: 1, askedAtMs: performance.now() } as const;
  await bahi.service.get(SettlePayout).execute(acme.id, id, call, { kind: 'succeeded', utr: '632812345678' });
  await bahi.command('verify');
}, 300_000);

it('shows what verification found on the operators’ Home, where no order needs attention', async () => {
  await tab.signIn(bahi.operatorKey);
  const { page } = tab;
  await page.getByText('No order needs attention').waitFor();
  const card = page.getByRole('region', { name: 'Verification' });
  await card.getByText('BANK_DISAGREES').waitFor();
  await card.getByRole('link', { name: 'Review findings' }).click();
  await page.getByText('Findings: 1, acknowledged: 0').waitFor();
});

it('shows what verification found to an operator, who acknowledges it with a reason', async () => {
  await tab.signIn(bahi.operatorKey, '/verification');
  const { page } = tab;
  await page.getByText('Findings: 1, acknowledged: 0').waitFor();
  await page.getByText('BANK_DISAGREES').waitFor();
  await page.getByText(`Payout ${payoutId} (Failed): The bank disagrees.`).waitFor();
  const order = page.getByRole('link', { name: `Payout …${payoutId.slice(-8)}` });
  expect(await order.getAttribute('href')).toBe(`/payouts/${payoutId}`);
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('The bank has confirmed its mistake by mail.');
  await dialog.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('No findings').waitFor();
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByText('No open findings · Last run:').waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Acknowledged', exact: true }).click();
  await page.getByText('The bank has confirmed its mistake by mail.').waitFor();
});

it('says in Hindi what was found; what a version kept that had the sentence alone stays as it is, marked as English', async () => {
  const { page } = tab;
  const hindi = page.getByText(`पेआउट ${payoutId} (विफल): बैंक कुछ और कहता है।`);
  await tab.open('/health/live');
  await page.evaluate(() => localStorage.setItem('bahi.language', 'hi'));
  await tab.signIn(bahi.operatorKey, '/verification?state=acknowledged');
  await hindi.waitFor();
  await bahi.psql.query('UPDATE verify_findings SET particulars = NULL');
  await page.reload();
  const english = page.getByText(`payout ${payoutId} is failed, but the bank says otherwise`);
  await english.waitFor();
  expect(await english.getAttribute('lang')).toBe('en');
  expect(await hindi.count()).toBe(0);
});

it('shows a merchant whether its book was verified, with the head to copy', async () => {
  await tab.signIn(acme.apiKey, '/ledger');
  const { head } = (await acme.api.get('/ledger/verification')).body;
  await tab.page.getByText('Verification of this book').waitFor();
  await tab.page.getByRole('button', { name: 'Copy Current head' }).click();
  expect(await tab.page.evaluate(() => navigator.clipboard.readText())).toBe(head);
});
