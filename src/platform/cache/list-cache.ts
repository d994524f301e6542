import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { sha256 } from '../../shared/sha256.js';
import { BOOKS_COMMITTED, type BooksCommitted } from '../group-commit/commit-events.js';
import { FailFast } from '../waiting/fail-fast.js';
import { listsShowing } from './book-lists.js';
import type { CacheStore } from './cache-store.js';

/** A reader or a writer waits no longer for the cache; without an answer by then it goes on without. */
const TIMEOUT_MS = 50;

/** After so many look-ups without an answer nobody waits, except for one caller that tries again every so often. */
const FAILURES = 2;
const TRY_AGAIN_MS = 1_000;

/** Longer than any page lives: a version that is lost is replaced by a new one, under which there are no pages. */
const VERSION_TTL_SECONDS = 86_400;

/** Who fills a page has so long before another process may. A page takes milliseconds. */
const FILLING_TTL_SECONDS = 5;

/** Scopes whose new version did not reach the store. When there are more, the rest is old for one TTL at the most. */
const MAX_DIRTY = 10_000;

/** Of so many it is tried again at once whether their new version is taken now. */
const AGAIN_AT_ONCE = 100;

interface CachedPage {
  readonly body: string;
  readonly hit: boolean;
}

/**
 * Pages of lists, each stored under the version of its scope (whose list it is). Every commit that changes a scope
 * gives it a new version before the writer is answered, so that every writer reads its own writes; pages of the old
 * version are not looked up any more, and expire.
 *
 * A reader takes the version before it reads the database: a page that a commit has overtaken is stored under the
 * version that the commit replaces. Versions are random, so that one that was lost is never counted up to again.
 *
 * Nothing needs the cache: what fails or takes too long is read from the database. A version that could not be
 * replaced because Redis was unreachable is replaced when it is back; should this process end before, the scope's pages
 * may be old for one TTL.
 */
@Injectable()
export class ListCache {
  private readonly filling = new Map<string, Promise<string>>();
  private readonly dirty = new Set<string>();
  /** Of those, whose new version the store did not take. */
  private readonly refused = new Set<string>();
  private again: NodeJS.Timeout | null = null;

  /**
   * @param store null: nothing is cached
   * @param release while one replaces another, each shows its own pages alone: their form may have changed
   */
  constructor(
    private readonly store: CacheStore | null,
    private readonly keyPrefix: string,
    private readonly release: string,
    private readonly ttlSeconds: number,
    private readonly failFast = new FailFast(TIMEOUT_MS, FAILURES, TRY_AGAIN_MS),
  ) {
    store?.onReturn(() => void this.changed([...this.dirty]));
  }

  /**
   * @param scope whose list it is, as `changed` gets it
   * @param page identifies the page within the scope
   * @param read reads it from the database
   */
  async page(scope: string, page: string, read: () => Promise<string>): Promise<CachedPage> {
    const { store } = this;
    const usable = store !== null && this.failFast.allows();
    const found = usable ? await this.failFast.wait(this.lookUp(store, scope, page)) : null;
    if (store === null || found === null) return { body: await read(), hit: false };
    if (found.body !== null) return { body: found.body, hit: true };
    return { body: await this.fill(store, found.key, read), hit: false };
  }

  /** Writers read their own writes: the lists have a new version before the answer. */
  @OnEvent(BOOKS_COMMITTED)
  onCommitted({ merchantIds }: BooksCommitted): Promise<void> {
    return this.changed(listsShowing(merchantIds));
  }

  /** Call it after the commit and before the answer. Waits for the store for a moment, and never fails. */
  async changed(scopes: Iterable<string>): Promise<void> {
    const { store } = this;
    if (store === null) return;
    const replaced = Promise.all(Array.from(scopes, (scope) => this.replaceVersion(store, scope)));
    // A failure shows in the scope that stays dirty.
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

  /** Readers of one page at the same time share one read; of several processes, one stores it. */
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
    // Nobody waits for it: the next command on this connection is behind it.
    void Promise.resolve(filler)
      .then((who) => (who === me || !store.shared ? store.set(key, body, this.ttlSeconds) : undefined))
      // Named decision: a page that was not stored is read again.
      .catch(() => undefined);
    return body;
  }

  /**
   * Until it is done the scope is dirty: this process shows no cached page of it. @throws when the store does not
   * answer
   */
  private async replaceVersion(store: CacheStore, scope: string): Promise<void> {
    this.markDirty(scope);
    try {
      await store.set(this.versionKey(scope), newVersion(), VERSION_TTL_SECONDS);
      this.dirty.delete(scope);
      this.refused.delete(scope);
    } catch (error) {
      // Another one of the same scope may have ended well meanwhile; it was earlier.
      this.markDirty(scope);
      // The last: one that is refused again does not stand before the others.
      this.refused.delete(scope);
      if (this.dirty.has(scope)) this.refused.add(scope);
      throw error;
    } finally {
      if (this.refused.size > 0) this.tryAgainSoon();
    }
  }

  /** Of a cluster a part may be missing, and nothing says when it is back. */
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

  /** A hash tag: a cluster spreads the scopes, and holds the keys of one scope on one node. */
  private tagOf(scope: string): string {
    return `{${this.keyPrefix}:${scope}}`;
  }
}

function newVersion(): string {
  return randomBytes(12).toString('base64url');
}
