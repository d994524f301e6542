import { integer } from '../config/setting-kinds.js';
import { settings } from '../config/settings.js';
import { CROWDED_AT } from './books.js';

export class GroupCommitSettings extends settings('Group commit', {
  lanes: integer({
    name: 'GROUP_COMMIT_LANES',
    default: 2,
    min: 1,
    max: 32,
    help: 'Batches that commit at the same time; each takes a connection. On Citus each shard has one.',
  }),
  maxBatch: integer({
    name: 'GROUP_COMMIT_MAX_BATCH',
    default: 128,
    min: 1,
    max: 1_000,
    help: 'Requests per transaction.',
  }),
  booksPerBatch: integer({
    name: 'GROUP_COMMIT_BOOKS_PER_BATCH',
    default: 128,
    min: 1,
    max: 1_000,
    help: 'Merchants per transaction. On Citus they are all of one shard.',
  }),
  crowdedAt: integer({
    name: 'GROUP_COMMIT_MAX_WAITING',
    default: CROWDED_AT,
    min: 1,
    max: 100_000,
    help: 'Waiting writes at which a process refuses new payouts, payments and refunds (503).',
  }),
}) {}
