import { Injectable } from '@nestjs/common';
import { ServerClock } from '../../../platform/clock/clock.public.js';
import { type EventPart, EventSettings, FollowedEvents, StoredEvents } from '../../../platform/outbox/outbox.public.js';
import { Bulkhead } from '../../../platform/waiting/waiting.public.js';
import { AllEvents } from './all-events.js';
import { MerchantEvents } from './merchant-events.js';
import type { StreamMessage } from './stream-message.js';

/**
 * Events that one look reads for each stream of a merchant. A stream that is further behind gets the next ones at once.
 */
const PAGE = 100;

/** What a stream shows, and its position. */
export type StreamSource = MerchantEvents | AllEvents;

type Show = (source: StreamSource, messages: readonly StreamMessage[]) => void;

/** Reads what is new for streams. */
@Injectable()
export class StreamSources {
  private readonly nodes = new Bulkhead('event streams');

  constructor(
    private readonly events: StoredEvents,
    private readonly followed: FollowedEvents,
    private readonly settings: EventSettings,
    private readonly clock: ServerClock,
  ) {}

  /**
   * @param merchantId null: all merchants, for operators
   * @param after the id of the last message that the reader has
   */
  async from(merchantId: string | null, after: number | null): Promise<StreamSource> {
    if (merchantId !== null) return MerchantEvents.from(this.events, merchantId, after);
    const { clockTime } = await this.clock.now();
    return AllEvents.from(after, clockTime.getTime(), this.settings.retentionDays);
  }

  /** All streams of merchants are read with one statement. @returns whether there may already be more */
  async next(sources: readonly StreamSource[], show: Show): Promise<boolean> {
    const ofMerchants = sources.filter((source) => source instanceof MerchantEvents);
    const ofAll = sources.filter((source) => source instanceof AllEvents);
    if (this.followed.distributed) return this.nextOfNodes(ofMerchants, ofAll, show);
    const more = ofMerchants.length > 0 && (await this.ofMerchants(ofMerchants, null, show));
    return (await ofPart(this.followed.whole, ofAll, show)) || more;
  }

  /**
   * Each node is asked separately, with one statement at a time, so that a node that does not answer delays no other.
   */
  private async nextOfNodes(ofMerchants: MerchantEvents[], ofAll: AllEvents[], show: Show): Promise<boolean> {
    const parts = ofAll.length === 0 ? [] : await this.followed.ofNodes();
    const homes =
      ofMerchants.length === 0 ? [] : await this.followed.homesOf(ofMerchants.map(({ merchantId }) => merchantId));
    const nodes = new Set([...parts.map(({ name }) => name), ...homes.map(({ node }) => node)]);
    return this.nodes.round([...nodes], async (node) => {
      let more = false;
      for (const { merchantIds } of homes.filter((home) => home.node === node)) {
        const streams = ofMerchants.filter(({ merchantId }) => merchantIds.includes(merchantId));
        more = (await this.ofMerchants(streams, merchantIds, show)) || more;
      }
      for (const part of parts.filter(({ name }) => name === node)) more = (await ofPart(part, ofAll, show)) || more;
      return more;
    });
  }

  /** @param shard the merchants of the one shard that has the events; null: all events are in this database */
  private async ofMerchants(
    streams: readonly MerchantEvents[],
    shard: readonly string[] | null,
    show: Show,
  ): Promise<boolean> {
    const found = await this.events.behind(streams, PAGE, shard);
    for (const [i, stream] of streams.entries()) show(stream, stream.messages(found[i]!));
    return found.some((events) => events.length === PAGE);
  }
}

async function ofPart(part: EventPart, ofAll: readonly AllEvents[], show: Show): Promise<boolean> {
  let more = false;
  for (const source of ofAll) more = (await source.look(part, (messages) => show(source, messages))) || more;
  return more;
}
