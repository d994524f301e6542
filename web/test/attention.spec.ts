import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Bahi } from '../../test/support/bahi.js';
import type { Merchant } from '../../test/support/merchant.js';
import { PaymentsDriver } from '../../test/support/payments-driver.js';
import { until } from '../../test/support/wait-for.js';
import { dashboard } from './support/dashboard.js';
import type { Tab } from './support/tab.js';

// An order that a gateway never received is not submitted again, but needs attention at once.
const opened = dashboard({ worker: true, environment: { PROCESSING_TIMEOUT_SECONDS: '2', MAX_RETRIES: '0' } });
let bahi: Bahi;
let acme: Merchant;
let fiaz: Merchant;
let tab: Tab;

beforeAll(async () => {
  ({ bahi, tab } = opened);
  [acme, fiaz] = await Promise.all([
    bahi.aMerchant({ rupees: 1_000, accounts: ['0008'] }),
    bahi.aMerchant({ rupees: 1_000, accounts: ['0008'] }),
  ]);
  await acme.aPayout(60, { to: '0008' });
  await acme.aPayout(70, { to: '0008' });
  await fiaz.aPayout(80, { to: '0008' });
  const waiting = async () => ((await bahi.asOperator().get('/attention')).body.results as unknown[]).length;
  await until('all need attention', async () => (await waiting()) === 3);
}, 300_000);

const items = () =>
  tab.page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ hasText: /^(Payout|Payment|Refund)/ });
const itemOf = (amount: string) => items().filter({ hasText: amount });

const nameOf = async ({ id }: Merchant): Promise<string> =>
  (await bahi.asOperator().get(`/merchants/${id}`)).body.name as string;

describe('the list of all merchants’ payouts', () => {
  it.each([1_280, 1_024, 360])('says whose each is, %i px wide', async (width) => {
    await tab.page.setViewportSize({ width, height: 768 });
    await tab.signIn(bahi.operatorKey, '/payouts');
    const rows = tab.page.getByRole('row');
    await rows
      .filter({ hasText: '₹80.00' })
      .getByRole('link', { name: await nameOf(fiaz) })
      .waitFor();
    await rows
      .filter({ hasText: '₹60.00' })
      .getByRole('link', { name: await nameOf(acme) })
      .waitFor();
    await tab.page.setViewportSize({ width: 1_280, height: 720 });
  });
});

describe('the queue of what needs attention', () => {
  it('is of all merchants for an operator, the oldest first, and begins on Home', async () => {
    await tab.signIn(bahi.operatorKey);
    await itemOf('₹60.00').waitFor();
    await tab.page.getByRole('link', { name: 'See all' }).click();
    await tab.heading('Needs attention').waitFor();
    await itemOf('₹80.00').waitFor();
    const amounts = await items().getByText(/^₹/).allInnerTexts();
    expect(amounts).toEqual(['₹60.00', '₹70.00', '₹80.00']);
    expect(await itemOf('₹60.00').getByRole('button').allInnerTexts()).toEqual([
      'Ask the bank',
      'Mark as completed',
      'Mark as failed',
    ]);
    await itemOf('₹60.00').getByRole('link', { name: 'Payout' }).click();
    await tab.heading('Payout to Asha Rao').waitFor();
    await tab.page.getByRole('button', { name: 'Mark as completed' }).waitFor();
  });

  it('loses a payout that an operator has completed, which takes a UTR and a reason', async () => {
    await tab.signIn(bahi.operatorKey, '/attention');
    await itemOf('₹60.00').getByRole('button', { name: 'Mark as completed' }).click();
    const dialog = tab.page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Mark as completed' });
    await confirm.click();
    await dialog.getByText('Enter a reason.').waitFor();
    await dialog.getByText('Enter the UTR').waitFor();
    await dialog.getByLabel('Reason').fill('The bank has confirmed it on the phone.');
    await dialog.getByLabel('UTR').fill('hdfcn52026112600');
    await confirm.click();
    await itemOf('₹60.00').waitFor({ state: 'detached' });
    const [payout] = (await acme.api.get('/payouts?status=completed')).body.results as { id: string }[];
    expect(payout).toMatchObject({ amount_paise: 6_000, utr: 'HDFCN52026112600' });
    const events = (await acme.api.get(`/payouts/${payout!.id}/events`)).body.results as unknown[];
    expect(events.at(-1)).toMatchObject({ to: 'completed', reason: 'The bank has confirmed it on the phone.' });
  });

  it('shows a merchant its own alone, with nothing to decide', async () => {
    const answers: string[] = [];
    tab.page.on('response', (response) => {
      if (response.url().includes('/api/'))
        void response.text().then(
          (text) => answers.push(text),
          () => undefined,
        );
    });
    await tab.signIn(fiaz.apiKey, '/attention');
    await itemOf('₹80.00').waitFor();
    expect(await items().count()).toBe(1);
    expect(await items().getByRole('button').count()).toBe(0);
    await itemOf('₹80.00').getByRole('link', { name: 'Payout' }).click();
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(await tab.page.getByRole('button', { name: /^(Mark as|Ask the)/ }).count()).toBe(0);
    expect(answers.join()).not.toContain(acme.id);
  });
});

describe('submissions that are stopped after a failover of the database', () => {
  it('are said to everybody, and resumed by an operator with a reason', async () => {
    await bahi.psql.query(
      `INSERT INTO database_failovers (system_identifier, timeline, from_timeline, was_synchronous) VALUES ('7', 2, 1, false)`,
    );
    await tab.signIn(fiaz.apiKey);
    const notice = tab.page.getByRole('region', { name: 'Nothing has been sent to banks and providers' });
    await notice.getByText('Your requests are accepted').waitFor();
    expect(await notice.getByRole('button').count()).toBe(0);
    await tab.forget();
    await tab.signIn(bahi.operatorKey, '/attention');
    await notice.getByRole('button', { name: 'Resume submissions' }).click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByText('timeline 1 → 2').waitFor();
    await dialog.getByLabel('Reason').fill('Compared by hand.');
    // A failover that nobody has looked at.
    await bahi.psql.query(
      `INSERT INTO database_failovers (system_identifier, timeline, from_timeline, was_synchronous) VALUES ('7', 3, 2, false)`,
    );
    await dialog.getByRole('button', { name: 'Resume submissions' }).click();
    await dialog.getByText('The database has failed over again').waitFor();
    await dialog.getByText('timeline 2 → 3').waitFor();
    await dialog.getByRole('button', { name: 'Resume submissions' }).click();
    await notice.waitFor({ state: 'detached' });
    const [failover] = (await bahi.asOperator().get('/database-failovers')).body.results as unknown[];
    expect(failover).toMatchObject({ stops_submissions: false, reason: 'Compared by hand.' });
  });
});

describe('what a provider leaves open', () => {
  let payments: PaymentsDriver;

  beforeAll(() => {
    payments = new PaymentsDriver(acme);
  });

  /**
   * Opens the order's page from the queue and fails it there. The queue has buttons of the same name, so the page must
   * load first.
   */
  async function failed(amount: string, heading: RegExp): Promise<void> {
    await tab.signIn(bahi.operatorKey, '/attention');
    await itemOf(amount).getByRole('link').first().click();
    await tab.heading(heading).waitFor();
    await tab.page.getByRole('heading', { name: 'Timeline' }).waitFor();
    // An operator who acts for no merchant sees no ledger.
    expect(await tab.page.getByRole('heading', { name: 'Ledger entries' }).count()).toBe(0);
    await tab.page.getByRole('button', { name: 'Mark as failed' }).click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('It is on no statement.');
    const decided = dialog.getByRole('button', { name: 'Mark as failed' });
    const again = dialog.getByText('Once it needs attention, it can be failed by hand');
    await decided.click();
    // The service refuses it if the worker is asking the provider at the same moment.
    await until('it is failed', async () => {
      if (await again.isVisible()) await decided.click({ timeout: 5_000 }).catch(() => undefined);
      return dialog.isHidden();
    });
  }

  it('a payment, is failed by an operator on its page, and nothing is credited', async () => {
    const { id } = await payments.aPayment(11_08);
    await payments.paymentThat('needs a person', id, ({ needs_attention: needs }) => needs);
    const before = await acme.balance();
    await failed('USD\u00a011.08', /^Payment/);
    await tab.page.getByText('Not paid. Nothing was credited.').waitFor();
    expect(await payments.payment(id)).toMatchObject({ status: 'failed', needs_attention: false });
    expect(await acme.balance()).toEqual(before);
  });

  it('a refund, is failed so too, and what it held is available again', async () => {
    const { id } = await payments.aSuccess(500_01);
    const before = await acme.balance();
    const refund = await payments.aRefund(id, 12_08);
    await payments.refundUntil('needs a person', refund, ({ needs_attention: needs }) => needs);
    await failed('USD\u00a012.08', /^Refund/);
    await tab.page.getByText('Not refunded. The amount is available again.').waitFor();
    expect((await payments.refundThat(refund, 'failed')).id).toBe(refund.id);
    expect(await acme.balance()).toEqual(before);
  });
});
