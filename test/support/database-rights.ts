import type pg from 'pg';

/**
 * Copies what a copied database does not contain because it belongs to the server: the rights on the database itself,
 * and the settings of `ALTER DATABASE … SET`.
 */
export async function copyRightsAndSettings(superuser: pg.Client, from: string, to: string): Promise<void> {
  const { rows } = await superuser.query<{ statement: string }>(
    `SELECT format('GRANT %s ON DATABASE %I TO %I', privilege_type, $2::text, rolname) AS statement
     FROM pg_database, aclexplode(datacl) JOIN pg_roles ON pg_roles.oid = grantee WHERE datname = $1
     UNION ALL
     SELECT format('ALTER %s SET %I = %L',
       CASE WHEN rolname IS NULL THEN format('DATABASE %I', $2::text)
         ELSE format('ROLE %I IN DATABASE %I', rolname, $2::text) END,
       split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1))
     FROM pg_database JOIN pg_db_role_setting ON setdatabase = pg_database.oid
     LEFT JOIN pg_roles ON pg_roles.oid = setrole, unnest(setconfig) AS setting WHERE datname = $1`,
    [from, to],
  );
  for (const { statement } of rows) await superuser.query(statement);
}
