import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { merchantShown, serviceFacts, useSession } from '../api/session.ts';
import { balance } from '../features/balance/balance.ts';
import { AccountPicker } from '../features/bank-accounts/account-picker.tsx';
import { bankAccount } from '../features/bank-accounts/bank-accounts.ts';
import { type Attempt, paidBefore, standingOf } from '../attempts/attempt.ts';
import { Attempts } from '../attempts/attempts.ts';
import { indexedVault } from '../attempts/indexed-vault.ts';
import { bodyOf, orderOf } from '../features/payouts/pay/payout-body.ts';
import { useAttempts } from '../attempts/use-attempts.ts';
import { modesFor } from '../features/payouts/pay/order-fields.ts';
import { OrderForm } from '../features/payouts/pay/order-form.tsx';
import { OpenAttempts } from '../features/payouts/pay/open-attempts.tsx';
import { payoutService } from '../features/payouts/pay/payout-service.ts';
import { Refused, refusedFields, startingFields } from '../features/payouts/pay/refused.tsx';
import { Review } from '../features/payouts/pay/review.tsx';
import { useText } from '../text/language.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemMessage } from '../ui/problem-message.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

const route = getRouteApi('/pay');

/**
 * First the order, then a review, then the payout's own page. The attempt is in the address, so that a reload finds it.
 */
export function PayPage() {
  const { pay: texts } = useText();
  const session = useSession();
  const merchantId = merchantShown(session)!.merchantId;
  const attempts = useMemo(
    () => new Attempts(indexedVault(merchantId, 'payouts'), payoutService(session)),
    [merchantId, session],
  );
  const { all, error } = useAttempts(attempts);
  const { attempt: key, change } = route.useSearch();
  const attempt = all?.find((one) => one.key === key);
  const navigate = route.useNavigate();

  const paid = attempt?.ending?.kind === 'paid' ? attempt.ending : null;
  useEffect(() => {
    if (paid === null) return;
    const search = paid.how === 'made' ? {} : { replayed: 'true' };
    void navigate({ to: '/payouts/$id', params: { id: paid.orderId }, search, replace: true });
  }, [paid, navigate]);

  if (error !== null) return <p role="alert">{texts.noStorage}</p>;
  const standing = attempt && standingOf(attempt);
  // While the outcome is unknown the order is locked, whatever the address says.
  const isInReview =
    attempt !== undefined && (standing === 'unknown' || (standing === 'ready' && change === undefined));
  const step = (): ReactNode => {
    if (all === null || paid !== null) return <Skeleton className="h-96 w-full" />;
    if (isInReview) return <ReviewOf attempt={attempt} all={all} attempts={attempts} />;
    return (
      <>
        <OpenAttempts attempts={all} onOpen={(one) => void navigate({ search: { attempt: one.key } })} />
        <Order key={key} before={attempt} attempts={attempts} />
      </>
    );
  };
  return (
    <div className="mx-auto grid w-full max-w-2xl gap-6">
      <PageHeader title={isInReview ? texts.reviewTitle : texts.title} lead={texts.lead} />
      {step()}
    </div>
  );
}

/** @param before the attempt whose order is being changed: it was refused or not sent */
function Order({ before, attempts }: { readonly before: Attempt | undefined; readonly attempts: Attempts }) {
  const { problems } = useText();
  const navigate = route.useNavigate();
  const { data: facts, error, refetch } = useQuery(serviceFacts);
  const [isVpa, setIsVpa] = useState(before !== undefined && orderOf(before.body).mode === 'UPI');
  if (facts === undefined && error !== null) return <ProblemMessage error={error} onRetry={() => void refetch()} />;
  if (facts === undefined) return <Skeleton className="h-96 w-full" />;
  return (
    <>
      {before !== undefined && <Refused attempt={before} />}
      <OrderForm
        startsWith={startingFields(before)}
        modes={modesFor(facts.transfer_modes, isVpa)}
        refused={refusedFields(before, problems)}
        isBusy={false}
        accountField={(props) => (
          <AccountPicker
            {...props}
            onChange={(account) => {
              setIsVpa(account !== null && account.vpa !== null);
              props.onChange(account);
            }}
          />
        )}
        onReview={async (order) => {
          const body = bodyOf(order);
          if (before !== undefined && before.body !== body) await attempts.withdraw(before.key);
          const { key } = await attempts.propose(body);
          await navigate({ search: { attempt: key } });
        }}
      />
    </>
  );
}

interface ReviewOfProps {
  readonly attempt: Attempt;
  readonly all: readonly Attempt[];
  readonly attempts: Attempts;
}

function ReviewOf({ attempt, all, attempts }: ReviewOfProps) {
  const { payouts: texts } = useText();
  const navigate = route.useNavigate();
  const { data: account, error, refetch } = useQuery(bankAccount(orderOf(attempt.body).bankAccountId));
  const { data: money } = useQuery(balance);
  const recipient = account && {
    name: account.account_holder_name,
    account: account.vpa ?? `${texts.accountEnding(account.account_number_last4 ?? '')} · ${account.ifsc ?? ''}`,
  };
  return (
    <>
      {account === undefined && error !== null && <ProblemMessage error={error} onRetry={() => void refetch()} />}
      <Review
        attempt={attempt}
        recipient={recipient}
        availablePaise={money?.available_paise}
        onPay={() => attempts.pay(attempt.key)}
        paidBefore={paidBefore(attempt, all)}
        onEdit={() => navigate({ search: { attempt: attempt.key, change: 'true' } })}
      />
    </>
  );
}
