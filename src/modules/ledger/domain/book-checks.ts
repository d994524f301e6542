import type { Finding } from './audit.js';

/**
 * What another module knows of a book, compared with the ledger in the ledger's own snapshot.
 * `heldPaise` is what the entries of the account `held` add up to.
 */
export type BookCheck<Snapshot> = (snapshot: Snapshot, merchantId: string, heldPaise: bigint) => AsyncIterable<Finding>;

/** The checks that modules add to `verify`. The ledger is a leaf: it does not know who uses it. */
export class BookChecks<Snapshot> {
  readonly all: BookCheck<Snapshot>[] = [];

  add(check: BookCheck<Snapshot>): void {
    this.all.push(check);
  }
}
