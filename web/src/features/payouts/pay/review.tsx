import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatRupees } from '../../../money/format.ts';
import { LOCALES, useLanguage, useText } from '../../../text/language.ts';
import { formatMoment } from '../../../text/moments.ts';
import { Amount } from '../../../ui/amount.tsx';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { Fact, Facts } from '../../../ui/facts.tsx';
import { ProblemMessage } from '../../../ui/problem-message.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { wireOf } from '../../../money/paise.ts';
import { type Attempt, type PaidBefore, standingOf } from '../../../attempts/attempt.ts';
import { orderOf } from './payout-body.ts';

interface ReviewProps {
  readonly attempt: Attempt;
  /** Undefined while it is being read. */
  readonly recipient: { readonly name: string; readonly account: string } | undefined;
  readonly availablePaise: number | undefined;
  /** The same order was already paid from this browser. */
  readonly paidBefore: PaidBefore | null;
  readonly onPay: () => Promise<void>;
  readonly onEdit: () => Promise<void>;
}

/** What will happen, in a sentence, and the balance afterwards. While the outcome is unknown nothing can be changed. */
export function Review({ attempt, recipient, availablePaise, paidBefore, onPay, onEdit }: ReviewProps) {
  const { pay: texts, payouts, shell } = useText();
  const language = useLanguage();
  const locale = LOCALES[language];
  const paying = useMutation({ mutationFn: onPay });
  const [whenSent, setWhenSent] = useState<number | null>(null);
  const order = orderOf(attempt.body);
  const amount = formatRupees(order.amountPaise, locale);
  const isSent = standingOf(attempt) === 'unknown';
  const isUnknown = isSent && !paying.isPending;
  // The current balance may already be without this payout's amount.
  const before = isSent ? whenSent : availablePaise;
  const isTooMuch = !isSent && availablePaise !== undefined && availablePaise < wireOf(order.amountPaise);
  const pay = (): void => {
    if (!isSent) setWhenSent(availablePaise ?? null);
    paying.mutate();
  };
  return (
    <Card>
      <div className="grid gap-4 p-4">
        <p className="text-lg">
          {recipient === undefined ? (
            <Skeleton className="h-6 w-80" />
          ) : (
            <Sentence
              name={recipient.name}
              of={(name) => texts.sentence(amount, name, recipient.account, order.mode)}
            />
          )}
        </p>
        {paidBefore !== null && !isUnknown && (
          <p role="note" className="rounded-md bg-warn-soft p-3 text-warn">
            {texts.paidBefore(formatMoment(new Date(paidBefore.at).toISOString(), language))}{' '}
            <Link to="/payouts/$id" params={{ id: paidBefore.orderId }} className="underline">
              {texts.paidBeforeLink}
            </Link>
          </p>
        )}
        {isTooMuch && (
          <p role="note" className="rounded-md bg-warn-soft p-3 text-warn">
            {texts.tooMuch}
          </p>
        )}
        {isUnknown && (
          <p role="alert" className="rounded-md bg-warn-soft p-3 text-warn">
            {texts.unknown}
          </p>
        )}
        {paying.error !== null && <ProblemMessage error={paying.error} />}
        {paying.error !== null && !isSent && <p className="font-medium">{texts.notSent}</p>}
      </div>
      <div className="border-t border-line">
        <Facts>
          {before !== null && (
            <>
              <Fact name={texts.availableBefore}>{paiseOrSkeleton(before)}</Fact>
              <Fact name={texts.availableAfter}>
                {paiseOrSkeleton(before === undefined ? undefined : before - wireOf(order.amountPaise))}
              </Fact>
            </>
          )}
          <Fact name={payouts.reference}>
            <bdi>{order.referenceId ?? shell.none}</bdi>
          </Fact>
          <Fact name={payouts.narration}>{order.narration ?? shell.none}</Fact>
        </Facts>
      </div>
      <div className="flex flex-wrap justify-end gap-2 border-t border-line p-4">
        {!isUnknown && (
          <Button disabled={paying.isPending} onClick={onEdit}>
            {texts.edit}
          </Button>
        )}
        <Button tone="primary" isBusy={paying.isPending} disabled={!isSent && recipient === undefined} onClick={pay}>
          {isUnknown ? texts.askAgain : texts.payNow(amount)}
        </Button>
      </div>
    </Card>
  );
}

function paiseOrSkeleton(paise: number | undefined) {
  return paise === undefined ? <Skeleton /> : <Amount paise={paise} className="font-medium" />;
}

/** Isolates the name, so that right-to-left script does not change the order of the text around it. */
function Sentence({ name, of }: { readonly name: string; readonly of: (name: string) => string }) {
  const [before, after] = of(NAME).split(NAME);
  return (
    <>
      {before}
      <bdi>{name}</bdi>
      {after}
    </>
  );
}

/** A character that no text contains. */
const NAME = '\u0000';
