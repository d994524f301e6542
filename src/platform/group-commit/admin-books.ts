import type { AdminDatabase } from '../database/connections/admin-database.js';
import { Books } from './books.js';
import type { CommitEvents } from './commit-events.js';
import type { Write } from './write.js';

/**
 * The write path of what the role `bahi_admin` alone may write. Lines and connections of its own, so that the service's
 * batches never carry it; the books' locks are the same.
 */
export class AdminBooks extends Books {
  constructor(
    private readonly admin: AdminDatabase,
    events: CommitEvents,
  ) {
    super(admin, { lanes: 1, maxBatch: 128, booksPerBatch: 1 }, events);
  }

  /** @throws AdministrationDisabled besides what `Books.write` throws */
  override async write<T>(merchantId: string, write: Write<T>): Promise<T> {
    await this.admin.assertOpen();
    return super.write(merchantId, write);
  }
}
