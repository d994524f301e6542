import { canonicalJson, lengthPrefixed } from '../canonical.js';
import type { OrderFault } from './order-faults.js';
import { sha256 } from '../sha256.js';
import type { TimelineEntry, TimelineRow } from '../submissions/timeline.js';

/** An order, as the hash chain of its timeline sees it. */
export interface Chained {
  readonly merchantId: string;
  readonly id: string;
  /** How many entries the timeline has. */
  readonly events: number;
  /** The hash of the last entry that has one: the head of the chain. Null if no entry has a hash. */
  readonly timelineHash: Uint8Array | null;
}

/** What the first entry is chained to. */
const GENESIS: Uint8Array = new Uint8Array(32);

/**
 * Chains new entries to the existing timeline. Called when they are stored: until then an answer may be attached to
 * them.
 * @param order as it is after the new entries, except for the head
 * @returns the entries as they are stored, and the order with its new head
 */
export function sealed<Order extends Chained, Status extends string>(
  order: Order,
  newEntries: readonly TimelineEntry<Status>[],
): { readonly order: Order; readonly entries: readonly TimelineRow<Status>[] } {
  let head = order.timelineHash;
  let seq = order.events - newEntries.length;
  const entries = newEntries.map(({ type, from, to, at, actor, reason, data }) => {
    const entry = { orderId: order.id, seq: ++seq, type, from, to, at, actor, reason, data };
    const hash = chainHash(order, head, entry);
    head = hash;
    return { ...entry, hash };
  });
  return { order: head === order.timelineHash ? order : { ...order, timelineHash: head }, entries };
}

/**
 * What is wrong with the chain of a timeline: an entry was changed, an entry before it is missing, or the head differs.
 * This does not stop someone who has the service's database password: they can append an entry with a correct hash and
 * set the head.
 * @param unhashedUntil entries with an earlier date may lack a hash: the version before the chain wrote none
 */
export function chainFaults(
  order: Chained,
  entries: readonly TimelineRow<string>[],
  unhashedUntil: Date,
): OrderFault[] {
  const faults: OrderFault[] = [];
  let head: Uint8Array | null = null;
  let needsHash = false;
  for (const entry of entries) {
    const { seq, type, at, hash } = entry;
    const values = { event_seq: seq, event_type: type };
    // An early date proves nothing if the entry comes after a later one.
    needsHash ||= at >= unhashedUntil;
    if (hash === null) {
      if (needsHash) faults.push({ code: 'event_without_hash', values });
      continue;
    }
    if (!isSame(hash, chainHash(order, head, entry))) faults.push({ code: 'event_changed', values });
    head = hash;
  }
  if (!isSame(head, order.timelineHash)) faults.push({ code: 'timeline_hash_differs', values: {} });
  return faults;
}

/** SHA-256 of the hash before it and of the entry's fields (`docs/ledger-hash.md`). */
function chainHash(
  { merchantId, id }: Chained,
  previous: Uint8Array | null,
  { seq, type, from, to, at, actor, reason, data }: Omit<TimelineRow<string>, 'hash'>,
): Uint8Array {
  const place = ['bahi-timeline-1', merchantId, id, String(seq)];
  const fields = [...place, type, from, to, at.toISOString(), actor, reason, canonicalJson(data)];
  return sha256(previous ?? GENESIS, lengthPrefixed(fields));
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
