import type { AdminDatabase } from '../database/connections/admin-database.js';
import { Books } from './books.js';
import type { CommitEvents } from './commit-events.js';
import type { Write } from './write.js';

/**
 * The write path for rows that only the role `bahi_admin` may write. It has its own lanes and connections, so that
 * these rows never share a batch with the service's. Both take the same locks on books.
 */
export class AdminBooks extends Books {
  constructor(
    private readonly admin: AdminDatabase,
    events: CommitEvents,
  ) {
    super(admin, { lanes: 1, maxBatch: 128, booksPerBatch: 1 }, events);
  }

  /** @throws AdministrationDisabled, and whatever `Books.write` throws */
  override async write<T>(merchantId: string, write: Write<T>): Promise<T> {
    await this.admin.assertOpen();
    return super.write(merchantId, write);
  }
}
