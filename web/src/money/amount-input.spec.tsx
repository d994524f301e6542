import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { AmountInput } from './amount-input.tsx';

function Form() {
  const [text, setText] = useState('');
  return <AmountInput aria-label="Amount" value={text} onValueChange={setText} />;
}

/** A field that has the focus. */
function field(): HTMLInputElement {
  render(<Form />);
  const input = screen.getByLabelText<HTMLInputElement>('Amount');
  input.focus();
  return input;
}

describe('the field for an amount', () => {
  afterEach(cleanup);

  it('groups while digits are typed', async () => {
    const input = field();
    await userEvent.type(input, '1234567.5');
    expect(input.value).toBe('12,34,567.5');
  });

  it('keeps the caret among the digits where one is put in and one is taken out', async () => {
    const input = field();
    await userEvent.type(input, '1234');
    await userEvent.type(input, '99', { initialSelectionStart: 1, initialSelectionEnd: 1 });
    expect([input.value, input.selectionStart]).toEqual(['1,99,234', 4]);
    await userEvent.keyboard('{Backspace}');
    expect([input.value, input.selectionStart]).toEqual(['19,234', 2]);
  });

  it('deletes a digit where the caret stands behind a comma', async () => {
    const input = field();
    await userEvent.type(input, '12345');
    await userEvent.type(input, '{Backspace}', { initialSelectionStart: 3, initialSelectionEnd: 3 });
    expect([input.value, input.selectionStart]).toEqual(['1,345', 1]);
  });

  it('writes in full what it has understood of a paste, when it is left', async () => {
    const input = field();
    await userEvent.paste('₹1,00,000.50');
    expect(input.value).toBe('₹1,00,000.50');
    await userEvent.tab();
    expect(input.value).toBe('1,00,000.50');
  });

  it('leaves a paste that is no amount as it is: nobody may take 1,0,0 for a hundred', async () => {
    const input = field();
    await userEvent.paste('1,0,0');
    await userEvent.type(input, '5');
    await userEvent.tab();
    expect(input.value).toBe('1,0,05');
  });

  it('does not touch what an input method has not finished', () => {
    const input = field();
    fireEvent.compositionStart(input);
    fireEvent.change(input, { target: { value: '१२३४' } });
    expect(input.value).toBe('१२३४');
    fireEvent.compositionEnd(input);
    expect(input.value).toBe('1,234');
  });
});
