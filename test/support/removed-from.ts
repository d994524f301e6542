/**
 * What a release that knew the table as `before` may miss or may no longer be able to do: removed parts, changed parts,
 * and new rules for columns that it writes. Rules for new columns do not affect it.
 * @param before, after as the schema dump shows them; undefined if the table is gone
 */
export function removedFrom(before: string, after: string | undefined): string[] {
  if (after === undefined) return ['the table'];
  const [old, now] = [partsOf(before), partsOf(after)];
  const added = [...now.columns.keys()].filter((name) => !old.columns.has(name));
  const isNew = (rule: string): boolean => added.some((name) => new RegExp(`\\b${name}\\b`).test(rule));
  return [
    ...[...old.columns].filter(([name, text]) => !isLooser(now.columns.get(name), text)).map(([name]) => name),
    ...added.filter((name) => /NOT NULL(?!.* (DEFAULT|GENERATED) )/.test(now.columns.get(name)!)),
    ...now.rules.filter(
      (rule) => !old.rules.some((known) => ruled(known) === ruled(rule) || isWider(rule, known)) && !isNew(rule),
    ),
    ...old.grants.filter((grant) => !now.grants.includes(grant)),
  ];
}

interface Parts {
  /** By name. */
  readonly columns: ReadonlyMap<string, string>;
  /** Constraints, and unique indexes. */
  readonly rules: readonly string[];
  /** One entry for each right and column. */
  readonly grants: readonly string[];
}

function partsOf(text: string): Parts {
  const [table = '', ...others] = text.replaceAll(/\n {4,}/g, ' ').split(/;\n/);
  const parts = table.split('\n').flatMap((line) => /^ {2}(\S.*?),?$/.exec(line)?.[1] ?? []);
  const columns = parts.filter((part) => !part.startsWith('CONSTRAINT '));
  return {
    columns: new Map(columns.map((column) => [column.split(' ', 1)[0]!, column])),
    rules: [...parts, ...others].filter((part) => /^(CONSTRAINT|CREATE UNIQUE INDEX) /.test(part)),
    grants: others.filter((part) => part.startsWith('GRANT ')).flatMap(rightsOf),
  };
}

/**
 * What a rule enforces. Unique indexes of the same columns enforce the same, whatever their order and the index's name;
 * a constraint enforces the same whether or not it is deferrable.
 */
function ruled(rule: string): string {
  return rule
    .replace(/ DEFERRABLE( INITIALLY DEFERRED)?$/, '')
    .replace(
      /^CREATE UNIQUE INDEX \w+ (ON .*? )\(([^()]*)\)/,
      (_, on: string, columns: string) => `UNIQUE ${on}${columns.split(', ').sort().join()}`,
    );
}

/** Whether both rules list the values that a column may have, and the new list contains all values of the known one. */
function isWider(rule: string, known: string): boolean {
  const [now, before] = [valuesIn(rule), valuesIn(known)];
  return now !== null && before?.column === now.column && before.values.every((value) => now.values.includes(value));
}

function valuesIn(rule: string): { readonly column: string; readonly values: readonly string[] } | null {
  const [, column, list] = /^CONSTRAINT \w+ CHECK \((\w+) = ANY \(ARRAY\[([^\]]*)\]\)\)$/.exec(rule) ?? [];
  return column === undefined ? null : { column, values: list!.split(', ') };
}

/** `GRANT INSERT, UPDATE (a, b) ON t TO r` as `INSERT ON t TO r`, `UPDATE (a) …`, `UPDATE (b) …`. */
function rightsOf(grant: string): string[] {
  const [, rights = '', rest = ''] = /^GRANT (.*?) (ON .*?);?$/.exec(grant) ?? [];
  return [...rights.matchAll(/(\w+)(?: \(([^)]*)\))?/g)].flatMap(([, right, columns]) =>
    columns === undefined ? [`${right} ${rest}`] : columns.split(', ').map((column) => `${right} (${column}) ${rest}`),
  );
}

/** Whether a column is unchanged, may now be left out, or allows more values than before. */
function isLooser(now: string | undefined, before: string): boolean {
  return now !== undefined && (now === before || now.startsWith(before) || now === before.replace(' NOT NULL', ''));
}
