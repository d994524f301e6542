// Runs Lighthouse over some pages of a running service and prints the scores of each run as JSON. web/test/pages names
// the pages.
// node measure.js '{"chromium": "/usr/bin/chromium", "url": "http://…", "key": "bahi_…", "pages": [["home", "/"]], "runs": 3, "leastShare": 0.8}'
import lighthouse, { desktopConfig } from 'lighthouse';
import puppeteer from 'puppeteer-core';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'];

const { chromium, url, key, pages, runs, leastShare } = JSON.parse(process.argv[2]);
const browser = await puppeteer.launch({
  executablePath: chromium,
  // Chromium's own sandbox does not run as root.
  args: ['--no-sandbox', '--disable-background-networking'],
});

async function signIn(page) {
  await page.goto(url);
  await page.waitForSelector('form input');
  await page.type('form input', key);
  await page.click('form button[type=submit]');
  await page.waitForSelector('#content');
}

/** On a busy machine a page may start before its recording does (NO_NAVSTART), and then nothing was measured. */
const TRIES = 4;

/** Measures a first visit with an empty cache, but signed in: the tab keeps that. */
async function measure(page, path) {
  const flags = { onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: 'silent', output: 'json' };
  for (let tried = 1; ; tried += 1) {
    const devTools = await page.createCDPSession();
    await devTools.send('Network.clearBrowserCache');
    await devTools.detach();
    const { lhr, artifacts } = await lighthouse(`${url}${path}`, flags, desktopConfig, page);
    if (lhr.runtimeError === undefined) return resultOf(lhr, artifacts);
    process.stderr.write(`${path}: ${lhr.runtimeError.message}\n`);
    if (tried === TRIES) throw new Error(`${path} could not be measured`);
  }
}

function resultOf({ audits, categories }, artifacts) {
  const failed = Object.values(audits).filter(({ score }) => score !== null && score < 0.9);
  return {
    scores: CATEGORIES.map((name) => Math.round((categories[name].score ?? 0) * 100)),
    share: shareOfProcessor(artifacts.Trace.traceEvents),
    failed: failed.map(({ id, displayValue = '' }) => `${id} ${displayValue}`.trim()),
  };
}

/** The share of the page's working time during which it actually had a processor. */
function shareOfProcessor(events) {
  const tasks = events.filter(({ name, dur, tdur }) => name.endsWith('RunTask') && dur > 0 && tdur !== undefined);
  const sum = (of) => tasks.reduce((total, task) => total + task[of], 0);
  return sum('tdur') / sum('dur');
}

const measured = [];
try {
  for (const [name, path, isSignedIn = true] of pages) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    if (isSignedIn) await signIn(page);
    const all = [await measure(page, path)];
    // A page that is not judged for its speed needs no median.
    while (all.length < runs && all.every(({ share }) => share >= leastShare)) all.push(await measure(page, path));
    measured.push({ name, runs: all });
    await context.close();
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(measured));
