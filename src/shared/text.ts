/** Control characters, and surrogates without their other half (whole pairs are one character here). */
const NOT_TEXT = /[\p{Control}\p{Surrogate}]/u;

/** The scripts of India's languages, Urdu, Sindhi and Kashmiri included, and Sinhala; marks of several scripts too. */
const INDIC = ['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam']
  .concat('Meetei_Mayek', 'Ol_Chiki', 'Sinhala', 'Arabic')
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');

/**
 * What changes how a text looks, or makes two that look alike differ: controls of the writing direction (Trojan Source,
 * CVE-2021-42574), what Unicode calls ignorable (without width, tags, variants), blanks that end a line or are none; and
 * the joiners U+200C and U+200D, which decide how letters of Indic scripts are joined, anywhere but behind one of these
 * letters or their marks (such as a virama). An emoji may have its variant (U+FE0F).
 */
const INVISIBLE = new RegExp(
  [
    '\\p{Bidi_Control}',
    '(?![\\u200C\\u200D\\uFE0F])\\p{Default_Ignorable_Code_Point}',
    '(?<!\\p{Extended_Pictographic})\\uFE0F',
    '[\\u2028\\u2029\\u2800\\uFFF9-\\uFFFB]',
    `(?<!(?=[\\p{L}\\p{M}])[${INDIC}])[\\u200C\\u200D]`,
  ].join('|'),
  'u',
);

/** Whether a text is one line of Unicode, and not blank. */
export function isLine(text: string): boolean {
  return /\S/.test(text) && !NOT_TEXT.test(text);
}

/** Whether a line shows all that it consists of, as a name or a reference must. */
export function isVisible(text: string): boolean {
  return !INVISIBLE.test(text);
}
