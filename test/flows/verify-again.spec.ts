import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ResumeFile } from '../../src/main/commands/resume-file.js';
import { Bahi, environmentOn } from '../support/bahi.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import type { Merchant } from '../support/merchant.js';
import { interruptMain } from '../support/service-process.js';

let bahi: Bahi;
let acme: Merchant;
let zen: Merchant;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bahi-verify-'));
  bahi = await Bahi.open({ worker: true });
  [acme, zen] = (await bahi.merchants(2, { rupees: 1_000, accounts: ['0001', '0002'] })) as [Merchant, Merchant];
  await acme.until((await acme.aPayout(10)).id, 'completed');
  await acme.until((await acme.aPayout(20, { to: '0002' })).id, 'failed');
});

afterAll(async () => {
  await bahi.close();
  rmSync(folder, { recursive: true });
});

const HASH = 'ab'.repeat(32);

it('reads what is new since the heads that an earlier run has printed, and says what it did not read', async () => {
  const heads = join(folder, 'heads');
  const before = await bahi.command('verify');
  writeFileSync(heads, before.stdout);
  const driver = new PaymentsDriver(acme);
  const payment = await driver.aSuccess(12_000);
  await driver.refundThat(await driver.aRefund(payment.id, 2_000), 'succeeded');
  await acme.until((await acme.aPayout(30)).id, 'completed');

  const after = await bahi.command('verify', '--since', heads);
  const whole = await bahi.command('verify');

  expect([before.code, after.code, whole.code]).toEqual([0, 0, 0]);
  const headOf = (stdout: string) =>
    new RegExp(`^${acme.id} (\\d+) transactions, (.*)head (\\S+): ok$`, 'm').exec(stdout)!;
  const [, , part, head] = headOf(after.stdout);
  expect(part).toBe(`the first ${headOf(before.stdout)[1]} not read, `);
  expect(head).toBe(headOf(whole.stdout)[3]);
  expect(after.stdout).toMatch(
    /^Not read in 2 books: the transactions up to --since, .*\n2 books verified, nothing wrong\.$/m,
  );
});

it('goes on where an earlier run has stopped, and removes its file in the end', async () => {
  const file = join(folder, 'stopped');
  const { stdout } = await bahi.command('verify', '--merchant', acme.id);
  const head = /head (\S+):/.exec(stdout)![1];
  const line = (about: string) =>
    `${JSON.stringify({ book: acme.id, head: about, unread: 0, findings: 0, acknowledged: 0 })}\n`;
  const first = '{"bahi":"verify","version":2,"merchantId":null,"heads":null}\n';

  writeFileSync(file, first + line(`${head!.split(':')[0]}:${HASH}`));
  const other = await bahi.command('verify', '--resume', file);
  expect(other.code).toBe(2);
  expect(other.stdout).toContain(
    `According to ${file}, transaction ${head!.split(':')[0]} of book ${acme.id} is ${HASH}.`,
  );
  expect(other.stdout).toContain(`In this database it is ${head!.split(':')[1]}.`);
  expect(other.stdout).toContain(`To verify everything from the beginning, remove ${file}.`);
  expect(readFileSync(file, 'utf8')).toContain(HASH);

  writeFileSync(file, first + line(head!));
  const gone = await bahi.command('verify', '--resume', file);
  expect(gone.code).toBe(0);
  expect(gone.stdout).toContain('1 book was verified before');
  expect(gone.stdout).not.toContain(`\n${acme.id}`);
  expect(gone.stdout).toContain(`${zen.id} `);
  expect(gone.stdout).toContain('2 books verified, nothing wrong.');
  expect(existsSync(file)).toBe(false);
});

it('reads what is new in two runs as in one, of which the first is broken off, and takes other heads for another run', async () => {
  const [heads, file] = [join(folder, 'of-before'), join(folder, 'in-two')];
  writeFileSync(heads, (await bahi.command('verify')).stdout);
  await acme.until((await acme.aPayout(15)).id, 'completed');
  const [first, second] = [acme.id, zen.id].sort() as [string, string];
  const holder = await bahi.sqlSession();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM verified_books WHERE merchant_id = $1 FOR UPDATE', [second]);
  const environment = environmentOn(bahi.urls, {});
  const begun = ['verify', '--since', heads, '--resume', file];
  const broken = await interruptMain('cli', begun, environment, bahi.waitingFor('verified_books'));
  await holder.query('ROLLBACK');
  expect(broken.code).toBe(130);
  expect(broken.stdout).toMatch(new RegExp(`^${first} .*: ok$`, 'm'));

  const otherHeads = join(folder, 'other-heads');
  writeFileSync(otherHeads, `${first} 1:${HASH}\n`);
  for (const others of [[], ['--since', otherHeads]]) {
    const { code, stdout, stderr } = await bahi.command('verify', ...others, '--resume', file);
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      expect.stringContaining('belongs to a run with other heads (--since'),
    ]);
  }

  const gone = await bahi.command(...begun);
  const whole = await bahi.command('verify', '--since', heads);
  expect(gone.code).toBe(0);
  expect(gone.stdout).toContain('1 book was verified before');
  expect(gone.stdout).not.toMatch(new RegExp(`^${first} `, 'm'));
  const end = /^Not read in 2 books: .*\n2 books verified, nothing wrong\.\n$/m;
  expect(end.exec(gone.stdout)?.[0]).toBe(end.exec(whole.stdout)![0]);
  writeFileSync(heads, broken.stdout + gone.stdout);
  expect((await bahi.command('verify', '--since', heads)).stdout).toMatch(end);
  expect(existsSync(file)).toBe(false);
});

it('refuses a second run with the file of one that is at work', async () => {
  const file = join(folder, 'twice');
  const first = await ResumeFile.open(file, { merchantId: null, heads: null });
  const before = readFileSync(file, 'utf8');
  const { code, stdout, stderr } = await bahi.command('verify', '--resume', file);
  expect([code, stdout, stderr]).toEqual([
    1,
    '',
    `--resume: another verify is using ${file}: wait until it has ended, or name another file.\n`,
  ]);
  expect(readFileSync(file, 'utf8')).toBe(before);
  first.close();
  expect((await bahi.command('verify', '--resume', file)).code).toBe(0);
  expect(existsSync(file)).toBe(false);
});

it.each([
  ['is not there', () => join(folder, 'none'), /^--since: ENOENT.* Give a file with the output of verify/],
  ['has no heads', () => new URL(import.meta.url).pathname, /has no line like those that verify prints/],
])('refuses a file that %s', async (_what, file, message) => {
  const { code, stderr } = await bahi.command('verify', '--since', file());
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});
