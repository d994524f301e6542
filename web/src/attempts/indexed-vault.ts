import type { Attempt } from './attempt.ts';
import type { AttemptVault } from './attempts.ts';

const DATABASE = 'bahi-attempts';
const STORE = 'attempts-by-scope';

export type OrderKind = 'payouts' | 'payments' | 'refunds';

/**
 * The attempts of a merchant at one kind of order, in IndexedDB. Transactions on one store run one after the other
 * across all tabs of a browser, so two tabs that ask at the same time get the same key. `strict` makes the disk confirm
 * before anything is sent, so a key survives a power failure. Only the order itself is stored: no API key, no account
 * number.
 */
export function indexedVault(merchantId: string, kind: OrderKind): AttemptVault {
  const scope = `${merchantId} ${kind}`;
  const vault = vaults.get(scope) ?? openVault(scope);
  vaults.set(scope, vault);
  return vault;
}

/** One vault per scope for the life of the page; its channel receives the changes of other tabs for as long. */
const vaults = new Map<string, AttemptVault>();

function openVault(scope: string): AttemptVault {
  const open = openDatabase();
  const news = new BroadcastChannel(`${DATABASE}:${scope}`);
  const watchers = new Set<() => void>();
  news.onmessage = () => tell();
  const tell = (): void => {
    for (const watcher of watchers) watcher();
  };
  return {
    read: async () => {
      const store = (await open).transaction(STORE).objectStore(STORE);
      return attemptsIn(await resultOf(store.get(scope)));
    },
    change: async (decide) => {
      const result = await change(await open, scope, decide);
      news.postMessage(null);
      tell();
      return result;
    },
    watch: (callback) => {
      watchers.add(callback);
      return () => watchers.delete(callback);
    },
  };
}

function change<T>(
  database: IDBDatabase,
  scope: string,
  decide: (attempts: readonly Attempt[]) => readonly [readonly Attempt[], T],
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' });
    const store = transaction.objectStore(STORE);
    const read = store.get(scope);
    let result: { readonly of: T } | null = null;
    read.onsuccess = () => {
      try {
        const [attempts, of] = decide(attemptsIn(read.result));
        store.put(attempts, scope);
        result = { of };
      } catch (error) {
        reject(error instanceof Error ? error : new Error('Nothing was decided.', { cause: error }));
        transaction.abort();
      }
    };
    transaction.oncomplete = () => resolve(result!.of);
    transaction.onabort = () => reject(new Error('The browser has kept nothing.', { cause: transaction.error }));
  });
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const opened = resultOf(request);
  // Callers that need the database get the error; if nobody calls, it must not be reported as unhandled.
  opened.catch(() => undefined);
  return opened;
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('The browser does not open its storage.', { cause: request.error }));
  });
}

function attemptsIn(stored: unknown): readonly Attempt[] {
  return (stored as readonly Attempt[] | undefined) ?? [];
}
