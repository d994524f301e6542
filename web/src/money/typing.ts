import { latinDigits } from './digits.ts';
import { groupIndian } from './format.ts';

export interface TypedText {
  readonly text: string;
  /** The caret's position: the number of characters before it. */
  readonly caret: number;
}

/**
 * The field's text after an edit: rupees are grouped the Indian way while they are typed, and the caret stays at the
 * same digit. Text is regrouped only if it was grouped before and only digits or one point were added. Text that was
 * pasted or typed with commas, signs or letters stays unchanged, for the parser to accept or refuse: moving the commas
 * of `1,0,0` would make an amount that nobody meant.
 * @param before the text before the edit
 * @param after the text after the edit
 * @param isForward the key Delete, not Backspace
 */
export function typed(before: string, after: TypedText, isForward = false): TypedText {
  if (!isRegular(before)) return after;
  const edit = withoutItsDigit(before, after, isForward);
  const text = latinDigits(edit.text);
  const added = latinDigits(addedTo(before, edit.text));
  if (!/^[\d.]*$/.test(added) || !/^[\d,]*(?:\.\d*)?$/.test(text)) return after;
  return regrouped(text, edit.caret);
}

/** Whether the text is grouped as `typed` groups it. */
export function isRegular(text: string): boolean {
  return /^[\d,]*(?:\.\d*)?$/.test(text) && regrouped(text, 0).text === text;
}

function regrouped(text: string, caret: number): TypedText {
  const [rupees = '', ...fraction] = text.split('.');
  const digits = rupees.replaceAll(',', '');
  const significant = digits.replace(/^0+(?=\d)/, '');
  const grouped = [groupIndian(significant), ...fraction].join('.');
  const dropped = digits.length - significant.length;
  return { text: grouped, caret: placeBehind(grouped, digitsIn(text.slice(0, caret)) - dropped) };
}

/** The position after the `count`th digit or point. */
function placeBehind(text: string, count: number): number {
  let place = 0;
  for (let left = count; left > 0 && place < text.length; place += 1) if (text[place] !== ',') left -= 1;
  return place;
}

function digitsIn(text: string): number {
  return text.replaceAll(',', '').length;
}

/**
 * If only a comma was deleted, also deletes the digit before it (after it, with Delete); otherwise nothing would
 * change.
 */
function withoutItsDigit(before: string, after: TypedText, isForward: boolean): TypedText {
  const { text, caret } = after;
  const isOnlyComma = before.length === text.length + 1 && before === `${text.slice(0, caret)},${text.slice(caret)}`;
  if (!isOnlyComma) return after;
  return isForward
    ? { text: text.slice(0, caret) + text.slice(caret + 1), caret }
    : { text: text.slice(0, caret - 1) + text.slice(caret), caret: caret - 1 };
}

/** The text that the edit inserted: what is between the common beginning and the common end of both texts. */
function addedTo(before: string, after: string): string {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return after.slice(start, after.length - end);
}
