import { integer } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';
import { CROWDED_AT } from './books.js';

export class GroupCommitSettings extends settings('Group commit', {
  lanes: integer({
    name: 'GROUP_COMMIT_LANES',
    default: 2,
    min: 1,
    max: 32,
    help: 'How many batches commit at the same time, each on its own connection. On Citus, each shard has one.',
  }),
  maxBatch: integer({
    name: 'GROUP_COMMIT_MAX_BATCH',
    default: 128,
    min: 1,
    max: 1_000,
    help: 'The most requests in one transaction.',
  }),
  booksPerBatch: integer({
    name: 'GROUP_COMMIT_BOOKS_PER_BATCH',
    default: 128,
    min: 1,
    max: 1_000,
    help: 'The most merchants in one transaction. On Citus, all of them are on one shard.',
  }),
  crowdedAt: integer({
    name: 'GROUP_COMMIT_MAX_WAITING',
    default: CROWDED_AT,
    min: 1,
    max: 100_000,
    help: 'From this many waiting writes on, a process refuses new payouts, payments and refunds (503).',
  }),
}) {}
