import { latinDigits } from './digits.ts';
import { groupIndian } from './format.ts';

export interface TypedText {
  readonly text: string;
  /** Where the caret stands: behind so many characters. */
  readonly caret: number;
}

/**
 * What stands in the field after an edit: rupees grouped the Indian way while they are typed, with the caret where it
 * was among the digits. Only digits and one point on a text that was grouped are grouped anew. What was pasted or typed
 * with commas, signs or letters stays as it is, for the parser to take or to refuse: to move the commas of `1,0,0` would
 * make an amount that nobody meant.
 * @param before the text before the edit
 * @param after what the edit has left
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

/** Whether it stands as `typed` writes it. */
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

/** Behind the `count`th digit or point. */
function placeBehind(text: string, count: number): number {
  let place = 0;
  for (let left = count; left > 0 && place < text.length; place += 1) if (text[place] !== ',') left -= 1;
  return place;
}

function digitsIn(text: string): number {
  return text.replaceAll(',', '').length;
}

/** Where a comma alone was deleted, the digit before it goes too (with Delete the one behind): else nothing would. */
function withoutItsDigit(before: string, after: TypedText, isForward: boolean): TypedText {
  const { text, caret } = after;
  const isOnlyComma = before.length === text.length + 1 && before === `${text.slice(0, caret)},${text.slice(caret)}`;
  if (!isOnlyComma) return after;
  return isForward
    ? { text: text.slice(0, caret) + text.slice(caret + 1), caret }
    : { text: text.slice(0, caret - 1) + text.slice(caret), caret: caret - 1 };
}

/** What the edit has put in: what lies between the beginning and the end that both texts share. */
function addedTo(before: string, after: string): string {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return after.slice(start, after.length - end);
}
