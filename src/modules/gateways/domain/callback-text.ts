/** Ten times the length of any documented message. The digest still covers the whole body. */
const MAX_LENGTH = 16_384;

/** Fields with nine or more digits that are not account numbers: whoever looks for the money needs them. */
const SHOWN = /utr|rrn|reference|amount|time|stamp|date|(^|_)id$|_at$/i;

/** Nine to eighteen digits (RBI), or a UPI address: a name, `@`, and a bank without a dot. */
const ACCOUNT = /(?<![\w.-])\d{9,18}(?![\w.-])|(?<![\w.-])[\w.-]{2,256}@[A-Za-z]{2,64}(?![\w.-])/g;

/** The name of the JSON field whose value begins at the end of the text. */
const FIELD = /"([^"\\]{1,64})"\s*:\s*"?$/;

/**
 * The text of a signed message, for a person: limited in length, storable in PostgreSQL, and with only the last four
 * characters of account numbers and VPAs. A number counts as an account number unless its field name says otherwise.
 */
export function storedText(body: Buffer): string {
  const whole = body.toString('utf8');
  // A word that the cut divides is dropped: the rest of a long number would look like a short one and not be masked.
  const cut = whole.length <= MAX_LENGTH ? whole : whole.slice(0, MAX_LENGTH).replace(/[\w.@-]{1,400}$/, '');
  const text = cut.replace(/[^\P{Cc}\t\n\r]|\p{Cs}/gu, '\uFFFD');
  const masked = text.replace(ACCOUNT, (found: string, at: number) => {
    const field = FIELD.exec(text.slice(Math.max(0, at - 80), at))?.[1] ?? '';
    return SHOWN.test(field) ? found : `XXXX${found.slice(-4)}`;
  });
  // Masking makes a short address longer.
  return masked.slice(0, MAX_LENGTH);
}
