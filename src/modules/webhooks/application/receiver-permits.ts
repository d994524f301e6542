import { Injectable } from '@nestjs/common';
import { FairSemaphore } from '../../../platform/waiting/waiting.public.js';
import { TooManyWebhookRequests } from '../domain/refusals.js';

/** Of a merchant, and of one process. Nobody keeps many requests open by a name server or a receiver that is silent. */
const LIMITS = { perName: 2, inAll: 32, timeoutMs: 1_000 };

/** For requests whose answer waits for servers that a merchant has chosen: test messages, and new addresses. */
@Injectable()
export class ReceiverPermits {
  private readonly permits = new FairSemaphore(LIMITS);

  /** @param merchantId null: the operators @throws TooManyWebhookRequests */
  async with<T>(merchantId: string | null, work: () => Promise<T>): Promise<T> {
    const release = await this.permits.acquire(merchantId ?? 'operators');
    if (release === null) throw new TooManyWebhookRequests();
    try {
      return await work();
    } finally {
      release();
    }
  }
}
