import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ServerClock } from '../../src/platform/clock/server-clock.js';
import { IssueApiKey } from '../../src/modules/merchants/application/issue-api-key.js';
import { newSecret, type Secret, SECRET_BYTES } from '../../src/modules/merchants/domain/api-key.js';
import { KeyAuthenticator } from '../../src/modules/merchants/infrastructure/key-authenticator.js';
import { KeyTickets } from '../../src/modules/merchants/infrastructure/key-tickets.js';
import { LastUsed } from '../../src/modules/merchants/infrastructure/last-used.js';
import { TypeormApiKeys } from '../../src/modules/merchants/infrastructure/typeorm-api-keys.js';
import { AdminDatabase } from '../../src/platform/database/connections/admin-database.js';
import { Database } from '../../src/platform/database/connections/database.js';
import type { Sql } from '../../src/platform/database/statements/sql.js';
import { Overloaded } from '../../src/platform/group-commit/overloaded.js';
import { nextId } from '../../src/shared/ids.js';
import { PostgresProxy } from '../support/postgres-proxy.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';

// One test makes the database unreachable, and the warning about that belongs in a log.
Logger.overrideLogger(false);

let testDatabase: TestDatabase;
let database: Database;
let admin: AdminDatabase;
let proxy: PostgresProxy;

beforeAll(async () => {
  testDatabase = await createMigratedDatabase();
  database = new Database(testDatabase.appUrl, 3);
  admin = new AdminDatabase(testDatabase.adminUrl);
  proxy = await PostgresProxy.to(testDatabase.appUrl);
});

afterAll(async () => {
  await proxy.close();
  await admin.close();
  await database.close();
  await testDatabase.drop();
});

/** A connection that counts its queries, and can be told to delay an answer. */
class WatchedSql implements Sql {
  asked = 0;
  answered: Promise<unknown> = Promise.resolve();

  constructor(private readonly sql: Sql = database) {}

  async query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    this.asked++;
    const held = this.answered;
    const rows = await this.sql.query<Row>(text, values);
    await held;
    return rows;
  }
}

/** One process's authenticator, on a clock that the test moves. */
function aProcess(sql = new WatchedSql()) {
  const clock = { now: 0 };
  const lastUsed = new LastUsed(database);
  const authenticator = new KeyAuthenticator(sql, new KeyTickets(database), lastUsed, () => clock.now);
  // Lists and counts are not needed here.
  const keys = new TypeormApiKeys(database, admin, undefined as never, undefined as never, authenticator);
  return { sql, clock, lastUsed, authenticator, keys };
}

async function aMerchant(): Promise<string> {
  const id = nextId(Date.now());
  await database.query(
    `INSERT INTO merchants (id, name, email, created_at, updated_at) VALUES ($1, 'Acme', 'a@acme.example', now(), now())`,
    [id],
  );
  return id;
}

const aSecret = (): Secret => newSecret('merchant', crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

async function aKey({ keys } = aProcess()) {
  const secret = aSecret();
  const merchantId = await aMerchant();
  const key = { id: nextId(Date.now()), kind: 'merchant' as const, merchantId, name: 'Billing server', secret };
  await keys.add(key);
  return { ...key, text: secret.text };
}

const lastUsedAt = async (id: string): Promise<Date | null> =>
  (await database.query<{ last_used_at: Date | null }>('SELECT last_used_at FROM api_keys WHERE id = $1', [id]))[0]!
    .last_used_at;

describe('an API key', () => {
  it('identifies the merchant, or the operator, that it belongs to', async () => {
    const { authenticator, keys } = aProcess();
    const key = await aKey();
    const limits = { reads: null, writes: null };
    const principal = { kind: 'merchant', keyId: key.id, merchantId: key.merchantId, name: 'Billing server', limits };
    expect(await authenticator.authenticate(key.text)).toEqual(principal);

    const secret = aSecret();
    const id = nextId(Date.now());
    await keys.add({ id, kind: 'operator', merchantId: null, name: 'Asha', secret });
    expect(await authenticator.authenticate(secret.text)).toEqual({ kind: 'operator', keyId: id, name: 'Asha' });
  });

  it('is refused when it is not exactly one that was issued', async () => {
    const { authenticator } = aProcess();
    const { text } = await aKey();
    for (const wrong of ['', 'x', text.slice(0, -1), `${text}x`, text.toUpperCase()]) {
      expect(await authenticator.authenticate(wrong)).toBeNull();
    }
  });

  it('may be chosen for the demo', async () => {
    const { authenticator, keys } = aProcess();
    const issue = new IssueApiKey(keys, new ServerClock(database), { apiKeys: 10, bankAccounts: 10 });
    const { apiKey, key } = await issue.execute({ merchantId: null, name: 'Demo', chosenKey: 'operator-key-demo' });
    expect(key).toBe('operator-key-demo');
    expect(apiKey).toMatchObject({ kind: 'operator', merchantId: null, prefix: 'operator', last4: 'demo' });
    expect(await authenticator.authenticate('operator-key-demo')).toMatchObject({ keyId: apiKey.id });
  });

  it('is not issued for a merchant that does not exist', async () => {
    const { keys } = aProcess();
    const key = { id: nextId(Date.now()), kind: 'merchant' as const, merchantId: randomUUID(), name: 'x' };
    expect(await keys.add({ ...key, secret: aSecret() })).toBeNull();
  });

  it('stands nowhere in the database in the clear', async () => {
    const { text } = await aKey();
    const rows = await database.query<{ row: string }>('SELECT api_keys::text AS row FROM api_keys');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ row }) => row.includes(text.slice(14)))).toEqual([]);
  });
});

describe('asking the database about keys', () => {
  it('happens once per key and three seconds, for good keys and for bad ones', async () => {
    const { authenticator, sql, clock } = aProcess();
    const { text } = await aKey();
    for (clock.now = 0; clock.now < 3_000; clock.now += 10) {
      expect(await authenticator.authenticate(text)).not.toBeNull();
      expect(await authenticator.authenticate('made-up')).toBeNull();
    }
    expect(sql.asked).toBe(2);
    await authenticator.authenticate(text);
    await authenticator.authenticate('made-up');
    expect(sql.asked).toBe(4);
  });

  it('happens once for a crowd with one key, and twice for a crowd with a hundred', async () => {
    const { authenticator, sql } = aProcess();
    const { text } = await aKey();
    const crowd = await Promise.all(Array.from({ length: 50 }, () => authenticator.authenticate(text)));
    expect(crowd.every((principal) => principal !== null)).toBe(true);
    expect(sql.asked).toBe(1);

    const other = await aKey();
    const guesses = Array.from({ length: 100 }, (_, i) => authenticator.authenticate(`guess-${i}`));
    expect(await authenticator.authenticate(other.text)).not.toBeNull();
    expect((await Promise.all(guesses)).every((principal) => principal === null)).toBe(true);
    expect(sql.asked).toBe(3);
  });

  it('is not needed for a good key although ten thousand others were guessed', async () => {
    const { authenticator, sql } = aProcess();
    const { text } = await aKey();
    await authenticator.authenticate(text);
    await Promise.all(Array.from({ length: 10_001 }, (_, i) => authenticator.authenticate(`guess-${i}`)));
    const asked = sql.asked;
    expect(await authenticator.authenticate(text)).not.toBeNull();
    expect(sql.asked).toBe(asked);
    // The oldest guess is forgotten, the latest is not.
    await authenticator.authenticate('guess-10000');
    expect(sql.asked).toBe(asked);
    await authenticator.authenticate('guess-0');
    expect(sql.asked).toBe(asked + 1);
  });

  it('asks to try again, and does not refuse the key, while the database is unreachable', async () => {
    const unreachable = new Database(proxy.url, 1);
    const { authenticator } = aProcess(new WatchedSql(unreachable));
    const { text } = await aKey();
    try {
      proxy.refusing = true;
      await expect(authenticator.authenticate(text)).rejects.toThrow(Overloaded);
      proxy.refusing = false;
      expect(await authenticator.authenticate(text)).not.toBeNull();
    } finally {
      await unreachable.close();
    }
  });

  it('does not pass a missing right off as a busy moment', async () => {
    const owner = new Database(testDatabase.ownerUrl, 1);
    const { authenticator } = aProcess();
    await owner.query('REVOKE SELECT ON api_keys FROM bahi_app');
    try {
      await expect(authenticator.authenticate('any')).rejects.toThrow('permission denied');
    } finally {
      await owner.query('GRANT SELECT ON api_keys TO bahi_app');
      await owner.close();
    }
  });
});

describe('a revoked key', () => {
  it('is refused at once where it was revoked', async () => {
    const { authenticator, keys, clock } = aProcess();
    const key = await aKey();
    await authenticator.authenticate(key.text);
    expect(await keys.revoke(key.merchantId, key.id)).toBe(true);
    expect(clock.now).toBe(0);
    expect(await authenticator.authenticate(key.text)).toBeNull();
  });

  it('is refused in another process once what that process knows is three seconds old', async () => {
    const { keys } = aProcess();
    const { authenticator, clock } = aProcess();
    const key = await aKey();
    await authenticator.authenticate(key.text);
    await keys.revoke(key.merchantId, key.id);
    clock.now = 2_999;
    expect(await authenticator.authenticate(key.text)).not.toBeNull();
    clock.now = 3_000;
    expect(await authenticator.authenticate(key.text)).toBeNull();
  });

  it('is refused although an answer from before was still on its way', async () => {
    const { authenticator, keys, sql } = aProcess();
    const key = await aKey();
    let arrive!: (value?: unknown) => void;
    sql.answered = new Promise((resolve) => (arrive = resolve));
    const before = authenticator.authenticate(key.text);
    await keys.revoke(key.merchantId, key.id);
    const after = authenticator.authenticate(key.text);
    arrive();
    expect(await after).toBeNull();
    expect(await before).toBeNull();
    expect(await authenticator.authenticate(key.text)).toBeNull();
  });

  it('counts an answer’s age from the question, however late the answer comes', async () => {
    const { keys } = aProcess();
    const { authenticator, sql, clock } = aProcess();
    const key = await aKey();
    let arrive!: (value?: unknown) => void;
    sql.answered = new Promise((resolve) => (arrive = resolve));
    const late = authenticator.authenticate(key.text);
    clock.now = 2_500;
    await keys.revoke(key.merchantId, key.id);
    arrive();
    await late;
    clock.now = 3_000;
    expect(await authenticator.authenticate(key.text)).toBeNull();
  });

  it('stays revoked since the first time, and only its owner’s', async () => {
    const { keys } = aProcess();
    const key = await aKey();
    expect(await keys.revoke(await aMerchant(), key.id)).toBe(false);
    expect(await keys.revoke(null, key.id)).toBe(false);
    const revokedAt = async () =>
      (await database.query<{ at: Date | null }>('SELECT revoked_at AS at FROM api_keys WHERE id = $1', [key.id]))[0]!
        .at;
    expect(await revokedAt()).toBeNull();
    await keys.revoke(key.merchantId, key.id);
    const first = await revokedAt();
    expect(first).not.toBeNull();
    expect(await keys.revoke(key.merchantId, key.id)).toBe(true);
    expect(await revokedAt()).toEqual(first);
  });
});

describe('when a key was last used', () => {
  it('is written behind the requests, for many keys at once, with the last time of each', async () => {
    const { authenticator, lastUsed } = aProcess();
    const [key, other, unused] = [await aKey(), await aKey(), await aKey()];
    const start = Date.now();
    await authenticator.authenticate(key.text);
    await authenticator.authenticate(other.text);
    expect(await lastUsedAt(key.id)).toBeNull();
    await lastUsed.write();
    expect((await lastUsedAt(key.id))!.getTime()).toBeGreaterThanOrEqual(start);
    expect(await lastUsedAt(other.id)).not.toBeNull();
    expect(await lastUsedAt(unused.id)).toBeNull();
  });

  it('is written by itself after a while', async () => {
    const lastUsed = new LastUsed(database, 1);
    const key = await aKey();
    lastUsed.note(key.id);
    await until('it is written', async () => (await lastUsedAt(key.id)) !== null);
  });

  it('harms nobody when it cannot be written, and is written when the key is used again', async () => {
    const unreachable = new Database(proxy.url, 1);
    const lastUsed = new LastUsed(unreachable);
    const key = await aKey();
    try {
      proxy.refusing = true;
      lastUsed.note(key.id);
      await lastUsed.write();
      proxy.refusing = false;
      expect(await lastUsedAt(key.id)).toBeNull();
      lastUsed.note(key.id);
      await lastUsed.write();
      expect(await lastUsedAt(key.id)).not.toBeNull();
    } finally {
      await unreachable.close();
    }
  });

  it('is written once more when the service ends', async () => {
    const { authenticator, lastUsed } = aProcess();
    const key = await aKey();
    await authenticator.authenticate(key.text);
    await lastUsed.onApplicationShutdown();
    expect(await lastUsedAt(key.id)).not.toBeNull();
  });

  it('never goes back because another process wrote late', async () => {
    const key = await aKey();
    const { authenticator, lastUsed } = aProcess();
    await authenticator.authenticate(key.text);
    await database.query(`UPDATE api_keys SET last_used_at = now() + interval '1 hour' WHERE id = $1`, [key.id]);
    const later = await lastUsedAt(key.id);
    await lastUsed.write();
    expect(await lastUsedAt(key.id)).toEqual(later);
  });

  it('waits for nobody: a key that is locked is left out', async () => {
    const { authenticator, lastUsed } = aProcess();
    const [key, locked] = [await aKey(), await aKey()];
    await authenticator.authenticate(key.text);
    await authenticator.authenticate(locked.text);
    await database.transaction(async (sql) => {
      await sql.query('SELECT FROM api_keys WHERE id = $1 FOR UPDATE', [locked.id]);
      await lastUsed.write();
    });
    expect(await lastUsedAt(key.id)).not.toBeNull();
    expect(await lastUsedAt(locked.id)).toBeNull();
  });
});
