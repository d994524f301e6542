/** Ten times what any documented message has; the digest is that of the whole. */
const MAX_LENGTH = 16_384;

/** What may have nine digits and more and is no account number: who looks for the money needs it. */
const SHOWN = /utr|rrn|reference|amount|time|stamp|date|(^|_)id$|_at$/i;

/** Nine to eighteen digits (RBI), or an address as UPI has them: a name, and a bank without a dot. */
const ACCOUNT = /(?<![\w.-])\d{9,18}(?![\w.-])|(?<![\w.-])[\w.-]{2,256}@[A-Za-z]{2,64}(?![\w.-])/g;

/** The name of the JSON field whose value begins where the text ends. */
const FIELD = /"([^"\\]{1,64})"\s*:\s*"?$/;

/**
 * The text of a signed message, for a person: bounded, fit for PostgreSQL, and of account numbers and VPAs only the
 * last four characters. A number counts as one of an account unless its field says that it is something else.
 */
export function storedText(body: Buffer): string {
  const whole = body.toString('utf8');
  // What the cut goes through could not be distinguished from a short number.
  const cut = whole.length <= MAX_LENGTH ? whole : whole.slice(0, MAX_LENGTH).replace(/[\w.@-]{1,400}$/, '');
  const text = cut.replace(/[^\P{Cc}\t\n\r]|\p{Cs}/gu, '\uFFFD');
  const masked = text.replace(ACCOUNT, (found: string, at: number) => {
    const field = FIELD.exec(text.slice(Math.max(0, at - 80), at))?.[1] ?? '';
    return SHOWN.test(field) ? found : `XXXX${found.slice(-4)}`;
  });
  // A short address grows by it.
  return masked.slice(0, MAX_LENGTH);
}
