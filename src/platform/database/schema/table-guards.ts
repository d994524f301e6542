import type pg from 'pg';

/** What checks each new row of a table, and what older rows need not satisfy: triggers, and some constraints. */
export interface Guards {
  readonly off: readonly string[];
  readonly on: readonly string[];
}

/** The statements that remove and restore the guards, made from the catalog. */
const GUARDS = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS off,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS on
  FROM pg_constraint c WHERE (c.contype = 'f' OR c.contype = 'c' AND NOT c.convalidated) AND c.conrelid = ANY($1::regclass[])
  UNION ALL
  SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass), pg_get_triggerdef(t.oid)
  FROM pg_trigger t
  WHERE NOT t.tgisinternal AND t.tgrelid = ANY($1::regclass[])
  ORDER BY 1`;

export async function guardsOf(client: pg.Client, tables: readonly string[]): Promise<Guards> {
  const { rows } = await client.query<{ off: string; on: string }>(GUARDS, [tables]);
  return { off: rows.map(({ off }) => off), on: rows.map(({ on }) => on) };
}

export async function takeOff(client: pg.Client, { off }: Guards): Promise<void> {
  for (const statement of off) await client.query(statement);
}

/** If the tables were distributed meanwhile, this also puts the guards on the shards. */
export async function putBack(client: pg.Client, { on }: Guards): Promise<void> {
  for (const statement of on) await client.query(statement);
}
