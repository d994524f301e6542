/** Prints columns of equal width, the first aligned left, the others right. The first row is the head. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  for (const row of rows)
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]! + 2))).join(''));
}

export function whole(value: number | null): string {
  return value === null ? '–' : Math.round(value).toLocaleString('en');
}

/** Large figures without decimals, small ones with enough to tell them apart. */
export function rounded(value: number): string {
  return Math.abs(value) >= 100 ? whole(value) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
