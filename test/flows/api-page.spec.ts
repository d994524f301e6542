import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { DOCUMENT_TAGS } from '../../src/main/http/document-tags.js';
import { Bahi } from '../support/bahi.js';
import { openBrowser, openContext } from '../support/browser.js';
import type { Json } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';

let browser: Browser;
let bahi: Bahi;
let acme: Merchant;

beforeAll(async () => {
  browser = await openBrowser();
  bahi = await Bahi.open();
  acme = await bahi.aMerchant();
});

afterAll(async () => {
  await browser.close();
  await bahi.close();
});

/** The page of the API, with `GET /me` open. */
async function openPage(page: Page): Promise<void> {
  await page.goto(`${bahi.service.url}/docs#/Merchants/getMe`);
  await page.locator('#operations-Merchants-getMe .execute').waitFor();
}

/**
 * Gives the page only the part of the document that `GET /me` needs. Drawing all operations takes eight seconds of a
 * core, and the tests of the boxes load the page again and again.
 */
const withOneOperation = (page: Page): Promise<unknown> =>
  page.route('**/docs-json', async (route) => {
    const response = await route.fetch();
    const { paths, ...document } = (await response.json()) as { paths: Json };
    const path = Object.keys(paths).find((each) => each.endsWith('/me'))!;
    await route.fulfill({ response, json: { ...document, paths: { [path]: paths[path] } } });
  });

/** Enters the key in the box, and closes the dialog. */
async function authorize(page: Page, box: string, key: string): Promise<void> {
  await page.locator('.auth-wrapper .btn.authorize').click();
  const heading = page.locator('h4 code', { hasText: new RegExp(`^${box}$`) });
  const form = page.locator('.auth-container').filter({ has: heading });
  await form.locator('input').fill(key);
  await form.locator('.btn.authorize').click();
  await page.locator('.btn-done').first().click();
}

/** Requests `GET /me`: shows whose key the page has sent. */
async function askMe(page: Page): Promise<Json> {
  const answered = page.waitForResponse(/\/api\/v1\/me$/);
  await page.locator('#operations-Merchants-getMe .execute').click();
  const answer = await answered;
  return answer.status() === 200 ? await answer.json() : answer.status();
}

/**
 * Switches the storing of keys on or off, after which the page reloads. A single click: `setChecked` starts again when
 * the page reloads before it has seen the result, and would then undo its own click.
 */
async function rememberKeys(page: Page, isOn: boolean): Promise<void> {
  const loaded = page.waitForEvent('load');
  await page.locator('#remember').click();
  await loaded;
  await openPage(page);
  expect(await page.locator('#remember').isChecked()).toBe(isOn);
}

const stored = (page: Page): Promise<string> => page.evaluate('JSON.stringify(localStorage)');

describe('the page of the API', () => {
  let page: Page;

  beforeAll(async () => {
    page = await (await openContext(browser)).newPage();
    await withOneOperation(page);
    await openPage(page);
  });

  it.each(['ApiKey', 'Bearer', 'X-API-KEY'])('takes a bare key in the box %s, and keeps it nowhere', async (box) => {
    expect(await askMe(page)).toBe(401);
    await authorize(page, box, acme.apiKey);
    expect(await askMe(page)).toMatchObject({ id: acme.id });
    expect(await stored(page)).not.toContain(acme.apiKey);
    await page.reload();
    await openPage(page);
    expect(await askMe(page)).toBe(401);
  });

  it('keeps a key for who asks for it, until that is switched off', async () => {
    const context = await openContext(browser);
    const page = await context.newPage();
    await withOneOperation(page);
    await openPage(page);
    await rememberKeys(page, true);
    await authorize(page, 'ApiKey', acme.apiKey);
    await page.reload();
    await openPage(page);
    // The page has the key again: it takes it from the browser's storage after it has drawn the operation.
    await page.locator('.auth-wrapper .btn.authorize.locked').waitFor();
    expect(await askMe(page)).toMatchObject({ id: acme.id });
    await rememberKeys(page, false);
    expect(await askMe(page)).toBe(401);
    expect(await stored(page)).toBe('{}');
    await context.close();
  });

  it('lets nobody switch the storing of keys before it shows whether it is on', async () => {
    const context = await openContext(browser);
    const page = await context.newPage();
    await page.route('**/docs/start.js', (route) => route.abort());
    await page.goto(`${bahi.service.url}/docs`);
    expect(await page.locator('#remember').isDisabled()).toBe(true);
    await context.close();
  });

  it('shows all operations, in groups in their order, and takes a key there', async () => {
    await page.unroute('**/docs-json');
    await page.reload();
    await openPage(page);
    await authorize(page, 'ApiKey', acme.apiKey);
    expect(await askMe(page)).toMatchObject({ id: acme.id });
    const names = await page.locator('.opblock-tag').evaluateAll((tags) => tags.map((tag) => tag.dataset['tag']));
    expect(names.slice(0, 4)).toEqual(['Payouts', 'Bank accounts', 'Payments', 'Refunds']);
    expect([...new Set(names)]).toEqual(DOCUMENT_TAGS.map(({ name }) => name));
  });
});
