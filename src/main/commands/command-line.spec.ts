import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from './command-line.js';
import { UsageError } from './typed-values.js';

const ID = '01890000-0000-7000-8000-0000000c0001';
const DIGEST = 'ab'.repeat(32);

const typed = (line: string) => parseCommandLine(line === '' ? [] : line.split(' '));

function refusalOf(line: string): string {
  try {
    typed(line);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`"${line}" is not refused`);
}

describe('the command line', () => {
  it.each([
    ['migrate', null],
    ['distribute', null],
    ['create-operator --name Asha', { name: 'Asha' }],
    [`revoke-operator --key-id ${ID.toUpperCase()}`, { keyId: ID }],
    ['fund --all --amount-paise=-500 --reason x', { merchantId: null, amountPaise: -500n, reason: 'x', key: null }],
    [
      `fund --merchant ${ID} --amount-paise 1 --reason x --key k`,
      { merchantId: ID, amountPaise: 1n, reason: 'x', key: 'k' },
    ],
    ['verify', { merchantId: null, head: null, since: null, resume: null }],
    [
      `verify --merchant ${ID} --expect-head 7:${DIGEST} --since 5:${DIGEST}`,
      { merchantId: ID, head: { seq: 7, hash: DIGEST }, since: { seq: 5, hash: DIGEST }, resume: null },
    ],
    ['verify --since heads.txt', { merchantId: null, head: null, since: 'heads.txt', resume: null }],
    ['verify --resume point', { merchantId: null, head: null, since: null, resume: 'point' }],
    ['verify --since heads --resume point', { merchantId: null, head: null, since: 'heads', resume: 'point' }],
    [`acknowledge ${DIGEST} --reason x`, { finding: DIGEST, reason: 'x', merchantId: null }],
    [`simulate-callback --refund ${ID} --event pending`, { subject: 'refund', id: ID, event: 'pending', url: null }],
    ['listen --key k', { key: 'k', forwardTo: null, url: null, merchantId: null, types: null }],
    [
      `listen --key k --events payout.completed,refund.failed --forward-to http://127.0.0.1:3000/hook --url https://bahi.example --merchant ${ID}`,
      {
        key: 'k',
        forwardTo: 'http://127.0.0.1:3000/hook',
        url: 'https://bahi.example',
        merchantId: ID,
        types: ['payout.completed', 'refund.failed'],
      },
    ],
    ['reencrypt-secrets', null],
    ['seed --reset', { reset: true }],
  ])('reads %s', (line, given) => {
    expect(typed(line)).toEqual({ name: line.split(' ')[0], given });
  });

  it.each([
    ['fnud --all', /^There is no command "fnud"\. The commands are migrate, .*seed; ".* help" explains them\.$/],
    ['migrate now', /^migrate takes no further argument: "now"\./],
    ['migrate --reset', /^migrate has no option --reset\./],
    ['create-operator', /^Give the name of the key’s owner, .*--name NAME\./],
    ['create-operator --name', /--name.* argument missing\./],
    ['revoke-operator', /^--key-id takes the id that create-operator printed, a UUID\./],
    ['fund', /^Name one merchant \(--merchant ID\) or all \(--all\)\./],
    [`fund --all --merchant ${ID}`, /^Name one merchant/],
    [`fund --merchant ${ID} --merchant ${ID} --amount-paise 100 --reason x`, /^fund takes --merchant once\./],
    ['fund --merchant x --amount-paise 100 --reason x', /a UUID, not "x"\./],
    ['fund --all --reason x', /^--amount-paise takes a whole number of paise .*₹500\.00\)\./],
    ['fund --all --amount-paise 1.5 --reason x', /^--amount-paise takes .*, not "1\.5"\./],
    ['fund --all --amount-paise 0 --reason x', /^--amount-paise takes .*, not "0"\./],
    ['fund --all --amount-paise 10000000000001 --reason x', /^--amount-paise takes/],
    ['fund --all --amount-paise -5 --reason x', /'--amount-paise' argument is ambiguous.*use '--amount-paise=-XYZ'\./],
    ['fund --all --amount-paise 100', /^Give the reason, .*--reason TEXT\./],
    ['fund --all --amount-paise 100 --reason x --key é', /^--key takes 1 to 255 printable ASCII characters/],
    [`verify --expect-head 1:${DIGEST}`, /^--expect-head requires --merchant ID\./],
    [`verify --merchant ${ID} --expect-head 1:ab`, /^--expect-head takes SEQ:HASH/],
    [`verify --since 1:${DIGEST}`, /^--since SEQ:HASH requires --merchant ID\./],
    [`verify --merchant ${ID} --since 1:ab`, /^--since takes SEQ:HASH/],
    ['verify --resume=', /^--resume takes the name of a file\./],
    ['acknowledge', /^Name the finding by the digest that verify prints\./],
    [`acknowledge ${DIGEST} ${DIGEST} --reason x`, /^acknowledge takes no further argument/],
    ['simulate-callback --event returned', /^Give one of --payout, --payment and --refund/],
    [
      `simulate-callback --payout ${ID} --event moved`,
      /^--event takes one of pending, succeeded, rejected, returned\./,
    ],
    [`simulate-callback --payout ${ID} --event pending --url here`, /^--url takes the address/],
    ['listen', /^--key takes an API key of the merchant\./],
    ['listen --key k --forward-to 3000', /^--forward-to takes the address of your server, not "3000"\./],
    ['listen --key k --forward-to http://a:b@c/', /^--forward-to takes the address of your server/],
    ['listen --key k --forward-to http://[', /^--forward-to takes the address of your server/],
    ['listen --key k --events payout', /^--events takes types separated by commas, not "payout"\./],
    ['listen --key k --events payout.failed,', /^--events takes types separated by commas\./],
    ['listen --key k --merchant x', /^--merchant takes the id of a merchant/],
  ])('refuses %s in one line about what was asked for', (line, message) => {
    const refusal = refusalOf(line);
    expect(refusal).toMatch(message);
    expect(refusal.split('\n')).toHaveLength(1);
  });

  it.each(['help', '--help', '-h'])('explains all commands: %s', (line) => {
    expect(typed(line)).toEqual({
      help: expect.stringMatching(/^Usage: .*\n\n {2}migrate {2}.*\n( {2}\S+ {2,}.*\n)+ {2}seed /),
    });
  });

  it.each(['help fund', 'fund --help', 'fund --all -h', '--help fund'])('explains one: %s', (line) => {
    expect(typed(line)).toEqual({ help: expect.stringMatching(/^Usage: npm run bahi -- fund .*--reason TEXT/) });
  });

  it('says what there is when nothing was typed', () => {
    expect(refusalOf('')).toMatch(/^Usage: /);
  });
});
