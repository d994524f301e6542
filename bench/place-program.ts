import { migrate } from '../src/platform/database/schema/migrate.js';
import { makeMerchants, verifyBooks } from './merchants.js';

/**
 * What has to be done to a database by its own version of the code, for trees other than the bench's own:
 *
 * - `prepare COUNT` migrates it and makes this many merchants with money, which it prints as JSON;
 * - `verify` recomputes every book, and prints the number of transactions and the findings.
 *
 * The database's addresses are in the environment.
 */
const { DATABASE_URL = '', MIGRATION_DATABASE_URL = '', ADMIN_DATABASE_URL = '' } = process.env;
const environment = { DATABASE_URL, MIGRATION_DATABASE_URL, ADMIN_DATABASE_URL };
const [, , task, argument] = process.argv;

async function answerTo(task: string): Promise<unknown> {
  switch (task) {
    case 'prepare':
      await migrate(MIGRATION_DATABASE_URL);
      return makeMerchants({ environment }, Number(argument));
    case 'verify':
      return verifyBooks({ environment });
    default:
      throw new Error(`there is no task ${task}`);
  }
}

const answer = JSON.stringify(await answerTo(task!));
process.stdout.write(answer, () => process.exit(0));
