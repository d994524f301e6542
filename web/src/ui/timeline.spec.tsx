import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { Timeline, type TimelineStep } from './timeline.tsx';
import { TooltipProvider } from './tooltip.tsx';

const step = (type: string, to: TimelineStep['to']): TimelineStep => ({
  type,
  to,
  at: '2026-11-26T18:45:09.123Z',
  actor: 'gateway:bank-simulator',
  reason: null,
});

describe('a timeline', () => {
  afterEach(cleanup);

  const titles = (of: 'payout' | 'payment' | 'refund', ...steps: TimelineStep[]): (string | null)[] => {
    render(
      <TooltipProvider>
        <Timeline of={of} steps={steps} error={null} onRetry={() => undefined} />
      </TooltipProvider>,
    );
    return screen.getAllByRole('listitem').map((item) => item.querySelector('.font-medium')!.textContent);
  };

  it('says what happened at each step, and not where the order stood', () => {
    const steps = [step('payout.processing', 'processing'), step('payout.bank_answered', 'processing')];
    expect(titles('payout', ...steps)).toEqual(['Sent', 'The bank answered']);
  });

  it('of a payment says of its refunds what they are, whatever the payment is', () => {
    const steps = [step('payment.succeeded', 'succeeded'), step('refund.requested', 'succeeded')];
    expect(titles('payment', ...steps)).toEqual(['Succeeded', 'Refund requested']);
    cleanup();
    expect(titles('refund', step('refund.requested', 'succeeded'))).toEqual(['Requested']);
  });

  it('calls a step of a later version by where it led', () => {
    expect(titles('payout', step('payout.teleported', 'completed'))).toEqual(['Completed']);
  });
});
