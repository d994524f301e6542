import type { EventPlace, EventRange, StoredEvent } from '../../../platform/outbox/outbox.public.js';

/** Merchants whose last sequence is known. One that was quiet for longest is shown again what the overlap has of it. */
const MAX_MERCHANTS = 50_000;

/** The last sequence of each merchant that a stream of all merchants' events has shown. */
export class ShownSequences {
  private readonly last = new Map<string, number>();

  /** What is missing up to these events; of who is not known, from the first of them on. */
  missing(places: readonly EventPlace[]): EventRange[] {
    const wanted = new Map<string, { readonly after: number; readonly upTo: number }>();
    for (const { merchantId, sequence } of places) {
      const after = wanted.get(merchantId)?.after ?? this.last.get(merchantId) ?? sequence - 1;
      const upTo = Math.max(sequence, wanted.get(merchantId)?.upTo ?? 0);
      if (upTo > after) wanted.set(merchantId, { after, upTo });
    }
    return [...wanted].map(([merchantId, range]) => ({ merchantId, ...range }));
  }

  /** @returns without those that were shown while they were read @param found each merchant's in order */
  taken(found: readonly StoredEvent[]): StoredEvent[] {
    return found.filter(({ merchantId, sequence }) => {
      const last = this.last.get(merchantId);
      if (last !== undefined && sequence <= last) return false;
      this.last.delete(merchantId);
      this.last.set(merchantId, sequence);
      if (this.last.size > MAX_MERCHANTS) this.last.delete(this.last.keys().next().value!);
      return true;
    });
  }
}
