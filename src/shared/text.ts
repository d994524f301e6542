/** Control characters, and unpaired surrogates (whole pairs are one character here). */
const NOT_TEXT = /[\p{Control}\p{Surrogate}]/u;

/**
 * The scripts of India's languages, including Urdu, Sindhi and Kashmiri, and Sinhala; also marks that several scripts
 * share.
 */
const INDIC = ['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam']
  .concat('Meetei_Mayek', 'Ol_Chiki', 'Sinhala', 'Arabic')
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');

/**
 * Characters that change how a text looks, or that make two texts differ that look alike: controls of the writing
 * direction (Trojan Source, CVE-2021-42574), characters that Unicode calls ignorable (zero-width characters, tags,
 * variation selectors), line separators and blank-looking symbols; and the joiners U+200C and U+200D, which join
 * letters of Indic scripts, except directly after such a letter or mark (such as a virama). An emoji may have its
 * variation selector (U+FE0F).
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

/** Whether everything in a line is visible, as a name or a reference requires. */
export function isVisible(text: string): boolean {
  return !INVISIBLE.test(text);
}
