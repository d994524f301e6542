import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { sha256 } from '../../shared/sha256.js';
import { BOOKS_COMMITTED, type BooksCommitted } from '../group-commit/commit-events.js';
import { FailFast } from '../waiting/fail-fast.js';
import { listsShowing } from './book-lists.js';
import type { CacheStore } from './cache-store.js';

/** How long readers and writers wait for the cache before they continue without it. */
const TIMEOUT_MS = 50;

/**
 * After this many look-ups without an answer nobody waits any more, except one caller that tries again at this
 * interval.
 */
const FAILURES = 2;
const TRY_AGAIN_MS = 1_000;

/** Longer than any page lives. A lost version is replaced by a new one, which has no pages yet. */
const VERSION_TTL_SECONDS = 86_400;

/** How long a process may take to fill a page before another process may. A page takes milliseconds. */
const FILLING_TTL_SECONDS = 5;

/**
 * The most scopes to remember whose new version did not reach the store. The lists of any others are stale for one TTL
 * at most.
 */
const MAX_DIRTY = 10_000;

/** For this many scopes at a time, the new version is sent again without waiting for a request. */
const AGAIN_AT_ONCE = 100;

interface CachedPage {
  readonly body: string;
  readonly hit: boolean;
}

/**
 * Pages of lists, each stored under the version of its scope (the owner of the list). Every commit that changes a scope
 * gives it a new version before the writer is answered, so that writers read their own writes. Pages under the old
 * version are no longer looked up, and expire.
 *
 * A reader takes the version before it reads the database, so a page that a commit has overtaken is stored under the
 * version that the commit replaces. Versions are random, so that a lost version is never used again.
 *
 * Nothing depends on the cache: if it fails or is too slow, the page is read from the database. A version that could
 * not be replaced because Redis was unreachable is replaced when Redis is back; if this process ends before that, the
 * pages of the scope may be stale for one TTL.
 */
@Injectable()
export class ListCache {
  private readonly filling = new Map<string, Promise<string>>();
  private readonly dirty = new Set<string>();
  /** The dirty scopes whose new version the store has refused. */
  private readonly refused = new Set<string>();
  private again: NodeJS.Timeout | null = null;

  /**
   * @param store null: nothing is cached
   * @param release during an upgrade, each release sees only its own pages: their format may have changed
   */
  constructor(
    private readonly store: CacheStore | null,
    private readonly keyPrefix: string,
    private readonly release: string,
    private readonly ttlSeconds: number,
    private readonly failFast = new FailFast({
      timeoutMs: TIMEOUT_MS,
      maxFailures: FAILURES,
      tryAgainMs: TRY_AGAIN_MS,
    }),
  ) {
    store?.onReturn(() => void this.changed([...this.dirty]));
  }

  /**
   * @param scope the owner of the list, as passed to `changed`
   * @param page identifies the page within the scope
   * @param read reads the page from the database
   */
  async page(scope: string, page: string, read: () => Promise<string>): Promise<CachedPage> {
    const { store } = this;
    const usable = store !== null && this.failFast.allows();
    const found = usable ? await this.failFast.wait(this.lookUp(store, scope, page)) : null;
    if (store === null || found === null) return { body: await read(), hit: false };
    if (found.body !== null) return { body: found.body, hit: true };
    return { body: await this.fill(store, found.key, read), hit: false };
  }

  /** Writers read their own writes: the lists get a new version before the answer is sent. */
  @OnEvent(BOOKS_COMMITTED)
  onCommitted({ merchantIds }: BooksCommitted): Promise<void> {
    return this.changed(listsShowing(merchantIds));
  }

  /** Call this after the commit and before the answer. Waits for the store only briefly, and never fails. */
  async changed(scopes: Iterable<string>): Promise<void> {
    const { store } = this;
    if (store === null) return;
    const replaced = Promise.all(Array.from(scopes, (scope) => this.replaceVersion(store, scope)));
    // The scope stays dirty after a failure.
    replaced.catch(() => undefined);
    // The commands are sent in any case; only the waiting is skipped while the store does not answer.
    if (this.failFast.allows()) await this.failFast.wait(replaced);
  }

  close(): void {
    clearTimeout(this.again ?? undefined);
    this.store?.close();
  }

  private async lookUp(store: CacheStore, scope: string, page: string) {
    if (this.dirty.has(scope)) await this.replaceVersion(store, scope);
    const versionKey = this.versionKey(scope);
    const version =
      (await store.get(versionKey)) ?? (await store.setIfAbsent(versionKey, newVersion(), VERSION_TTL_SECONDS));
    const key = `${this.tagOf(scope)}:page:${this.release}:${version}:${Buffer.from(sha256(page)).toString('base64url')}`;
    return { key, body: await store.get(key) };
  }

  /** Concurrent readers of one page share one read; among several processes, one stores the page. */
  private fill(store: CacheStore, key: string, read: () => Promise<string>): Promise<string> {
    let filled = this.filling.get(key);
    if (filled === undefined) {
      filled = this.readAndStore(store, key, read).finally(() => this.filling.delete(key));
      this.filling.set(key, filled);
    }
    return filled;
  }

  private async readAndStore(store: CacheStore, key: string, read: () => Promise<string>): Promise<string> {
    const me = newVersion();
    const ttlSeconds = Math.min(FILLING_TTL_SECONDS, this.ttlSeconds);
    const filler = store.shared ? store.setIfAbsent(`${key}:filling`, me, ttlSeconds).catch(() => null) : null;
    const body = await read();
    // Nobody waits for this: commands on the connection run in order, so the next one comes after it.
    void Promise.resolve(filler)
      .then((who) => (who === me || !store.shared ? store.set(key, body, this.ttlSeconds) : undefined))
      // Named decision: a page that was not stored is read again.
      .catch(() => undefined);
    return body;
  }

  /**
   * The scope is dirty until this is done: this process shows none of its cached pages. @throws when the store does not
   * answer
   */
  private async replaceVersion(store: CacheStore, scope: string): Promise<void> {
    this.markDirty(scope);
    try {
      await store.set(this.versionKey(scope), newVersion(), VERSION_TTL_SECONDS);
      this.dirty.delete(scope);
      this.refused.delete(scope);
    } catch (error) {
      // Another replacement for the same scope may have succeeded meanwhile; that one was earlier.
      this.markDirty(scope);
      // Moved to the end, so that a scope that is refused again does not delay the others.
      this.refused.delete(scope);
      if (this.dirty.has(scope)) this.refused.add(scope);
      throw error;
    } finally {
      if (this.refused.size > 0) this.tryAgainSoon();
    }
  }

  /** Part of a Redis cluster may be missing, and nothing reports when it is back. */
  private tryAgainSoon(): void {
    this.again ??= setTimeout(() => {
      this.again = null;
      void this.changed([...this.refused].slice(0, AGAIN_AT_ONCE));
    }, TRY_AGAIN_MS).unref();
  }

  private markDirty(scope: string): void {
    if (this.dirty.size < MAX_DIRTY) this.dirty.add(scope);
  }

  private versionKey(scope: string): string {
    return `${this.tagOf(scope)}:version`;
  }

  /** A hash tag: a cluster spreads the scopes over its nodes, and keeps the keys of one scope on one node. */
  private tagOf(scope: string): string {
    return `{${this.keyPrefix}:${scope}}`;
  }
}

function newVersion(): string {
  return randomBytes(12).toString('base64url');
}
