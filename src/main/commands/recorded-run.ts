import type { INestApplicationContext } from '@nestjs/common';
import { type Judged, type VerifiedBook, VerifyRecord } from '../../modules/ledger/ledger.public.js';
import { commandActor } from './command-actor.js';

/**
 * A run of `verify` as it is stored for the API. Verification does not depend on it: if nothing can be written, as on a
 * standby, one line says so and the run continues.
 */
export class RecordedRun {
  private constructor(
    private readonly record: VerifyRecord,
    private id: string | null,
    private readonly print: (line: string) => void,
  ) {}

  static async begin(context: INestApplicationContext, merchantId: string | null, print: (line: string) => void) {
    const record = context.get(VerifyRecord, { strict: false });
    const run = new RecordedRun(record, '', print);
    await run.write(async () => {
      run.id = await record.begin(merchantId, commandActor());
    });
    return run;
  }

  book(book: VerifiedBook): Promise<void> {
    return this.write((id) => this.record.recordBook(id, book));
  }

  ofNoBook(found: Judged): Promise<void> {
    return this.write((id) => this.record.recordOfNoBook(id, found));
  }

  end(): Promise<void> {
    return this.write((id) => this.record.end(id));
  }

  private async write(what: (id: string) => Promise<void>): Promise<void> {
    if (this.id === null) return;
    try {
      await what(this.id);
    } catch (error) {
      this.id = null;
      this.print(`The findings are not recorded for the API: ${(error as Error).message}`);
    }
  }
}
