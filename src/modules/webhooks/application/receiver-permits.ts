import { Injectable } from '@nestjs/common';
import { FairSemaphore } from '../../../platform/waiting/waiting.public.js';
import { TooManyWebhookRequests } from '../domain/refusals.js';

/** Per merchant, and in all of one process: a silent name server or receiver cannot keep many requests open. */
const LIMITS = { perName: 2, inAll: 32, timeoutMs: 1_000 };

/** Limits the requests whose answers wait for servers that a merchant has chosen: test messages and new addresses. */
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
