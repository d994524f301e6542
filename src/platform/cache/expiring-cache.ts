/**
 * Values that are trusted for a short time, at most `maxEntries` of them; the least recently used one is evicted. A Map
 * iterates in insertion order, so an entry that is read is inserted again, at the end.
 */
export class ExpiringCache<Value> {
  private readonly entries = new Map<string, { readonly value: Value; readonly since: number }>();

  constructor(
    private readonly maxEntries: number,
    private readonly lifeMs: number,
    private readonly now: () => number,
  ) {}

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    if (this.now() - entry.since >= this.lifeMs) return undefined;
    this.entries.set(key, entry);
    return entry.value;
  }

  /** `since`: when the value was known to be true, which is before the answer came back. */
  set(key: string, value: Value, since: number): void {
    this.entries.delete(key);
    this.entries.set(key, { value, since });
    if (this.entries.size <= this.maxEntries) return;
    const [oldest] = this.entries.keys();
    this.entries.delete(oldest!);
  }

  deleteWhere(matches: (value: Value) => boolean): void {
    for (const [key, { value }] of this.entries) if (matches(value)) this.entries.delete(key);
  }
}
