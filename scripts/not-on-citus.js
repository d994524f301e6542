/**
 * Prints the pattern of the tests that run on distributed books (`make test-citus`): all except these, each of which
 * tests something that differs there. Fails if a name has no test.
 */
import { readdirSync, readFileSync } from 'node:fs';

const LEFT_OUT = [
  {
    why: 'the queue is in Redis, which goes on while the database is away',
    names: [
      'the metrics of the API leave out figures that the database does not give in time',
      'the metrics of the API go without the database’s figures while it',
      'the health of a service without a worker names the worker that is missing, and is degraded',
      'the health of a service without a worker is unhealthy, and checks nothing else, while the database is unreachable',
      'the health of a service without a worker is answered within two seconds when the database hangs',
    ],
  },
  {
    why: 'coordinator and nodes of tests let each role in without a password',
    names: ['acknowledges nothing: with a wrong password'],
  },
  {
    why: 'Citus refuses it before PostgreSQL would, in other words',
    names: ['gives the service no right to UPDATE bank_accounts SET merchant_id = id'],
  },
  {
    why: 'the trigger that keeps these limits for the version before is there where nothing is distributed',
    names: ['holds when a process of the version before has changed it, which knows the merchant alone'],
  },
  {
    why: 'its trigger, which runs on a node, reads a table of the coordinator',
    names: ['the line of completed payouts goes at its own pace, the longest due first, with however many workers'],
  },
  {
    why: 'the queue, which the test holds, is in Redis',
    names: ['while the relay carries the payout to the queue: it goes on'],
  },
];

/** A test's name is composed of titles, one of which may have gaps (`%s`). */
const MOST_PIECES = 4;

const specs = ['test/flows', 'test/properties'].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith('.spec.ts'))
    .map((path) => readFileSync(`${folder}/${path}`, 'utf8')),
);

/** Whether the text contains all of the name in a few pieces, the longest first. */
function isIn(text, name) {
  let rest = name;
  for (let pieces = 0; pieces < MOST_PIECES && rest !== ''; pieces++) {
    let length = rest.length;
    while (length > 0 && !text.includes(rest.slice(0, length))) length--;
    rest = rest.slice(length).trimStart();
  }
  return rest === '';
}

const names = LEFT_OUT.flatMap((group) => group.names);
const unknown = names.filter((name) => !specs.some((text) => isIn(text, name)));
if (unknown.length > 0) {
  process.stderr.write(`No test has these names of ${import.meta.filename}:\n  ${unknown.join('\n  ')}\n`);
  process.exit(1);
}
const patterns = names.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
process.stdout.write(`^(?!.*(${patterns.join('|')}))`);
