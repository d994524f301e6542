import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { EventSettings, StoredEvents } from '../../../platform/outbox/outbox.public.js';
import { AllEvents } from './all-events.js';
import { MerchantEvents } from './merchant-events.js';
import type { StreamMessage } from './stream-message.js';

/** Events that one look reads for each stream of a merchant. One that is further behind gets the next ones at once. */
const PAGE = 100;

/** What a stream shows, and how far it has come. */
export type StreamSource = MerchantEvents | AllEvents;

/** Reads for streams what is new. */
@Injectable()
export class StreamSources {
  constructor(
    private readonly events: StoredEvents,
    private readonly settings: EventSettings,
    private readonly clock: ServerClock,
  ) {}

  /** @param merchantId null: everybody's, for operators @param after the id of the last message that the reader has */
  async from(merchantId: string | null, after: number | null): Promise<StreamSource> {
    if (merchantId !== null) return MerchantEvents.from(this.events, merchantId, after);
    const { clockTime } = await this.clock.now();
    return AllEvents.from(this.events, after, clockTime.getTime(), this.settings.retentionDays);
  }

  /** One statement for the streams of merchants, however many they are. @returns whether there may be more already */
  async next(
    sources: readonly StreamSource[],
    show: (source: StreamSource, messages: readonly StreamMessage[]) => void,
  ): Promise<boolean> {
    const ofMerchants = sources.filter((source) => source instanceof MerchantEvents);
    const found = ofMerchants.length === 0 ? [] : await this.events.behind(ofMerchants, PAGE);
    for (const [i, source] of ofMerchants.entries()) show(source, source.messages(found[i]!));
    let more = found.some((events) => events.length === PAGE);
    for (const source of sources) {
      if (source instanceof MerchantEvents) continue;
      const next = await source.next();
      show(source, next.messages);
      more ||= next.more;
    }
    return more;
  }
}
