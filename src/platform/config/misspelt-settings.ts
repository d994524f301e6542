/** Prefixes that no other program's variables have. */
const OURS =
  /^(?:BANK_SIMULATOR|CASHFREE|GATEWAYS?|GROUP_COMMIT|IDEMPOTENCY|LIST_CACHE|PAYMENT|PAYOUT|RAZORPAYX|TOY_BANK)_/;

/** Kubernetes and Docker name other services in such variables, whose first part is the name of the service. */
const OF_A_SERVICE = /_SERVICE_(?:HOST|PORT)|_PORT(?:_\d+_(?:TCP|UDP)|$)/;

/** Shorter names are similar to too many others. */
const MIN_LENGTH = 6;

/**
 * One line for each variable that looks like a setting but is not: it begins like one, or differs from one in a letter
 * or two. All other variables are ignored.
 * @param known the names of all settings, including old ones
 */
export function misspeltSettings(variables: NodeJS.ProcessEnv, known: ReadonlySet<string>): string[] {
  const strangers = Object.keys(variables).filter((name) => variables[name] && !known.has(name));
  return strangers.sort().flatMap((name) => {
    const meant = name.length < MIN_LENGTH ? undefined : [...known].find((setting) => isNear(name, setting));
    if (meant !== undefined) return [`${name} is not a setting of Bahi: did you mean ${meant}?`];
    return OURS.test(name) && !OF_A_SERVICE.test(name) ? [`${name} is not a setting of Bahi.`] : [];
  });
}

/**
 * Whether few letters were left out, added, changed or swapped: at most one in a name of fewer than ten letters,
 * otherwise two.
 */
function isNear(name: string, setting: string): boolean {
  const allowed = setting.length < 10 ? 1 : 2;
  return Math.abs(name.length - setting.length) <= allowed && distance(name, setting) <= allowed;
}

/** The Damerau-Levenshtein distance, restricted so that no letter is moved twice. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? rows[i - 2]![j - 2]! + 1 : Infinity;
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, changed, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
