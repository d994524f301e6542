/** The zeros of the scripts written in India; the other nine digits follow each (Unicode, "Nd"). */
const ZEROS = [0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66];

/** Turns digits of Devanagari and other Indian scripts into Latin ones; everything else stays. */
export function latinDigits(text: string): string {
  return text.replace(/[\u0966-\u0d6f]/g, (char) => {
    const code = char.charCodeAt(0);
    const zero = ZEROS.find((first) => code >= first && code <= first + 9);
    return zero === undefined ? char : String(code - zero);
  });
}
