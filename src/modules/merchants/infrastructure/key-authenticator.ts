import { type Sql, sqlStateOf } from '../../../platform/database/database.public.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { Authenticator, type Principal } from '../../../platform/http/http.public.js';
import { ExpiringCache } from '../../../platform/cache/cache.public.js';
import { keyHash } from './key-hash.js';
import type { KeyTickets } from './key-tickets.js';
import type { LastUsed } from './last-used.js';

/** How long an answer about a key is trusted. Another process's revocation must take effect within 5 seconds. */
const LIFE_MS = 3_000;

/** For each kind of answer. Refused keys have their own cache, so that guesses do not evict good keys. */
const MAX_ENTRIES = 10_000;

/** Only tables of the coordinator: a node that is down does not prevent anyone from signing in. */
const VALID_KEYS = `
  SELECT k.key_hash, k.id, k.merchant_id, k.name, l.reads_per_second, l.writes_per_second
  FROM api_keys k LEFT JOIN merchant_limits l ON l.merchant_id = k.merchant_id
  WHERE k.revoked_at IS NULL`;

const FIND = `${VALID_KEYS} AND k.key_hash = ANY($1::bytea[])`;

const FIND_BY_ID = `${VALID_KEYS} AND k.id = ANY($1::uuid[])`;

interface KeyRow {
  readonly key_hash: Buffer;
  readonly id: string;
  /** Null for an operator. */
  readonly merchant_id: string | null;
  readonly name: string;
  readonly reads_per_second: number | null;
  readonly writes_per_second: number | null;
}

type Answer = Principal | null;

interface Lookup {
  readonly answer: Promise<Answer>;
  readonly settle: (answer: Answer) => void;
  readonly fail: (reason: unknown) => void;
}

/**
 * Finds the owner of a key, usually from memory: the database is asked at most once per key in three seconds.
 *
 * Keys are looked up together, one statement at a time, so that many requests with one key ask once, and many requests
 * with made-up keys occupy one connection and not the pool.
 */
export class KeyAuthenticator extends Authenticator {
  private readonly accepted: ExpiringCache<Principal>;
  private readonly refused: ExpiringCache<true>;
  private waiting = new Map<string, Lookup>();
  private asking = new Map<string, Lookup>();
  /** Counts changes of keys made in this process. An answer that was in flight during a change may be out of date. */
  private changes = 0;

  constructor(
    private readonly sql: Sql,
    private readonly tickets: KeyTickets,
    private readonly lastUsed: LastUsed,
    private readonly now: () => number = () => performance.now(),
  ) {
    super();
    this.accepted = new ExpiringCache(MAX_ENTRIES, LIFE_MS, now);
    this.refused = new ExpiringCache(MAX_ENTRIES, LIFE_MS, now);
  }

  /** @throws Overloaded when the database cannot be asked: the key may be valid */
  async authenticate(key: string): Promise<Answer> {
    const hash = keyHash(key);
    const principal = this.accepted.get(hash) ?? (this.refused.get(hash) ? null : await this.lookUp(hash));
    if (principal !== null) this.lastUsed.note(principal.keyId);
    return principal;
  }

  override async redeem(ticket: string, subject: string): Promise<Principal | null> {
    const keyId = await this.tickets.redeem(ticket, subject);
    const [row] = keyId === null ? [] : await this.sql.query<KeyRow>(FIND_BY_ID, [[keyId]]);
    return row === undefined ? null : principalFrom(row);
  }

  override async holding(keyIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.sql.query<KeyRow>(FIND_BY_ID, [keyIds]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Called when this process has revoked a key: it is refused from now on. */
  forget(keyId: string): void {
    this.changes++;
    this.accepted.deleteWhere((principal) => principal.keyId === keyId);
  }

  private lookUp(hash: string): Promise<Answer> {
    const lookup = this.asking.get(hash) ?? this.waiting.get(hash) ?? newLookup();
    if (!this.asking.has(hash)) this.waiting.set(hash, lookup);
    if (this.asking.size === 0) void this.askAll();
    return lookup.answer;
  }

  private async askAll(): Promise<void> {
    while (this.waiting.size > 0) {
      this.asking = this.waiting;
      this.waiting = new Map();
      try {
        const answers = await this.ask([...this.asking.keys()]);
        for (const [hash, { settle }] of this.asking) settle(answers.get(hash) ?? null);
      } catch (error) {
        const reason = refusalFor(error);
        for (const { fail } of this.asking.values()) fail(reason);
      }
    }
    this.asking = new Map();
  }

  private async ask(hashes: string[]): Promise<Map<string, Principal>> {
    for (;;) {
      const changes = this.changes;
      const since = this.now();
      const rows = await this.sql.query<KeyRow>(FIND, [hashes.map((hash) => Buffer.from(hash, 'hex'))]);
      // Callers after a revocation would share this answer, so it must not be from before the revocation.
      if (changes !== this.changes) continue;
      const answers = new Map(rows.map((row) => [row.key_hash.toString('hex'), principalFrom(row)]));
      for (const hash of hashes) {
        const principal = answers.get(hash);
        if (principal) this.accepted.set(hash, principal, since);
        else this.refused.set(hash, true, since);
      }
      return answers;
    }
  }
}

function principalFrom({ id: keyId, merchant_id: merchantId, name, ...row }: KeyRow): Principal {
  if (merchantId === null) return { kind: 'operator', keyId, name };
  const limits = { reads: row.reads_per_second, writes: row.writes_per_second };
  return { kind: 'merchant', keyId, merchantId, name, limits };
}

function newLookup(): Lookup {
  let settle!: Lookup['settle'];
  let fail!: Lookup['fail'];
  const answer = new Promise<Answer>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  return { answer, settle, fail };
}

/**
 * SQLSTATE class 42 (an unknown column, a missing right) is our own mistake. For anything else: try again in a second.
 */
function refusalFor(error: unknown): unknown {
  if (sqlStateOf(error)?.startsWith('42')) return error;
  const refusal = new Overloaded('The key cannot be checked at the moment. Try again in a second.');
  refusal.cause = error;
  return refusal;
}
