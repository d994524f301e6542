/** Rupees and paise as a decimal, which a spreadsheet reads as a number. */
export class Rupees {
  private readonly text: string;

  constructor(paise: bigint | number) {
    const all = BigInt(paise);
    const [sign, size] = all < 0n ? ['-', -all] : ['', all];
    this.text = `${sign}${size / 100n}.${String(size % 100n).padStart(2, '0')}`;
  }

  toString(): string {
    return this.text;
  }
}

/** Text, or a number; null: an empty cell. */
export type CsvCell = string | number | bigint | boolean | Rupees | null;

/** A file's columns by their names, each with the function that takes its value from a row. */
export type CsvColumns<Row> = Readonly<Record<string, (row: Row) => CsvCell>>;

/** Without it spreadsheets do not read the file as UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Lines of a file according to RFC 4180. Text that a spreadsheet would take for a formula gets an apostrophe in front
 * (OWASP, CSV injection; the full-width forms of the signs count, too); numbers stay numbers, also negative ones.
 */
export function csvLines<Row>(columns: CsvColumns<Row>, rows: readonly Row[]): string {
  const cells = Object.values(columns);
  return rows.map((row) => lineOf(cells.map((cell) => cell(row)))).join('');
}

export function csvHeader(columns: CsvColumns<never>): string {
  return lineOf(Object.keys(columns));
}

const lineOf = (cells: readonly CsvCell[]): string => `${cells.map(cellText).join(',')}\r\n`;

const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
