/**
 * Joins fields so that no two different lists give the same text: each field is written as its length in UTF-8 bytes, a
 * colon and the field; an absent one as a hyphen. The hash chains cover this text (`docs/ledger-hash.md`).
 */
export function lengthPrefixed(fields: readonly (string | null)[]): string {
  let text = '';
  for (const field of fields) text += field === null ? '-' : `${utf8Length(field)}:${field}`;
  return text;
}

/**
 * The canonical text of a JSON value (RFC 8785): keys sorted by their UTF-16 code units, no whitespace. The database
 * stores objects with their keys in another order; what it returns has the same canonical text. What JSON leaves out is
 * left out.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const field = (value as Readonly<Record<string, unknown>>)[key];
    if (field !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(field)}`;
  }
  return `{${text}}`;
}

/** A text without a character that JSON escapes. This test is cheaper than `JSON.stringify`. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A surrogate pair is two units and four bytes: each of its halves adds one.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
