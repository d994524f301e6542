import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noteDate } from '../api/service-clock.ts';
import { AmountFilter, PeriodFilter, type Range } from './range-filters.tsx';

describe('the filter of a period', () => {
  let chosen: Range[];

  beforeEach(() => {
    chosen = [];
    vi.useFakeTimers({ now: new Date('2026-03-02T12:00:00Z') });
  });

  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });

  function open(range: Partial<Range> = {}): void {
    const { from, to } = range;
    render(<PeriodFilter label="Created" from={from} to={to} onChange={(period) => chosen.push(period)} />);
    fireEvent.click(screen.getByRole('button', { name: /^Created/ }));
  }

  const fill = (label: string, day: string): boolean =>
    fireEvent.change(screen.getByLabelText(label), { target: { value: day } });
  const press = (name: string): boolean => fireEvent.click(screen.getByRole('button', { name }));

  it('says at its field that it ends before it begins, and asks for nothing until it does not', () => {
    open();
    fill('From', '2026-03-02');
    fill('To', '2026-03-01');
    press('Apply');
    const to = screen.getByLabelText('To');
    expect(to.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(to.getAttribute('aria-describedby')!)!.textContent).toBe(
      'This is before the start date.',
    );
    expect(screen.getByLabelText('From').hasAttribute('aria-invalid')).toBe(false);
    expect(chosen).toEqual([]);
    fill('To', '2026-03-02');
    press('Apply');
    expect(chosen).toEqual([{ from: '2026-03-02', to: '2026-03-02' }]);
  });

  it('says that it ends before it begins where an address has it so, and at its field', () => {
    open({ from: '2026-03-02', to: '2026-03-01' });
    expect(screen.getByRole('alert').textContent).toBe('The period ends before it begins, so it is ignored.');
    expect(screen.getByLabelText('To').getAttribute('aria-invalid')).toBe('true');
    cleanup();
    open({ from: '2026-03-01', to: '2026-03-02' });
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it.each([
    ['From', { from: '2026-03-05', to: undefined }],
    ['To', { from: undefined, to: '2026-03-05' }],
  ])('may be open at one end: %s alone', (label, range) => {
    open();
    fill(label, '2026-03-05');
    press('Apply');
    expect(chosen).toEqual([range]);
  });

  // This machine's clock shows 2 March, 17:30 in India.
  it.each([
    ['where both clocks are the same', '2026-03-02T12:00:00Z', '2026-03-02', '2026-02-24', '2026-02-01', '2026-03-01'],
    [
      'though this machine is a day behind',
      '2026-03-03T12:00:00Z',
      '2026-03-03',
      '2026-02-25',
      '2026-02-02',
      '2026-03-01',
    ],
    ['though it is in another month', '2026-02-28T12:00:00Z', '2026-02-28', '2026-02-22', '2026-01-30', '2026-02-01'],
    [
      'in India, where a day begins at 18:30 UTC',
      '2026-03-02T18:30:00Z',
      '2026-03-03',
      '2026-02-25',
      '2026-02-02',
      '2026-03-01',
    ],
    ['and not a second before', '2026-03-02T18:29:59Z', '2026-03-02', '2026-02-24', '2026-02-01', '2026-03-01'],
  ])('has periods that end on the service’s day, %s', (_, date, today, last7, last30, month) => {
    noteDate(new Headers({ date: new Date(date).toUTCString() }));
    for (const [name, from] of [
      ['Today', today],
      ['Last 7 days', last7],
      ['Last 30 days', last30],
      ['This month', month],
    ] as const) {
      open();
      press(name);
      expect([name, chosen.pop()]).toEqual([name, { from, to: today }]);
      cleanup();
    }
  });

  it('goes on with the service’s clock while the page is open', () => {
    noteDate(new Headers({ date: 'Mon, 02 Mar 2026 18:29:00 GMT' }));
    open();
    vi.setSystemTime(Date.now() + 60_000);
    press('Today');
    expect(chosen).toEqual([{ from: '2026-03-03', to: '2026-03-03' }]);
  });
});

describe('the filter of an amount', () => {
  afterEach(cleanup);

  it('says that its minimum is above its maximum where an address has it so, and at its field', () => {
    const open = (from: string, to: string): void => {
      cleanup();
      render(<AmountFilter label="Amount" from={from} to={to} onChange={() => undefined} />);
      fireEvent.click(screen.getByRole('button', { name: /^Amount/ }));
    };
    open('1000', '999.99');
    expect(screen.getByRole('alert').textContent).toBe('The minimum is above the maximum, so amounts are ignored.');
    expect(screen.getByLabelText('At most (₹)').getAttribute('aria-invalid')).toBe('true');
    open('1000', '1000');
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByLabelText('At most (₹)').hasAttribute('aria-invalid')).toBe(false);
  });
});
