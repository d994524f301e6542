import { migrate } from '../src/platform/database/schema/migrate.js';
import { makeMerchants, verifyBooks } from './merchants.js';

/**
 * What has to be done to a database by the code whose database it is, for trees other than the bench's own:
 *
 * - `prepare COUNT` migrates it and makes so many merchants with money, whom it prints as JSON;
 * - `verify` recomputes every book, and prints how many transactions there are and what it finds.
 *
 * Its addresses are in the environment.
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
