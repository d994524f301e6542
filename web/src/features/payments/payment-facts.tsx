import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { PaymentDocument, RefundDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Amount } from '../../ui/amount.tsx';
import { Card } from '../../ui/card.tsx';
import { classes } from '../../ui/classes.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { MinorAmount } from '../../ui/minor-amount.tsx';
import { Time } from '../../ui/time.tsx';

interface GivenProps {
  readonly name: string;
  readonly value: string | null | undefined;
}

/** An optional value that was not given has no line. */
function Given({ name, value }: GivenProps) {
  if (value === null || value === undefined) return null;
  return (
    <Fact name={name}>
      <bdi>{value}</bdi>
    </Fact>
  );
}

/** Everything known about a payment except its timeline. */
export function PaymentFacts({ payment }: { readonly payment: PaymentDocument }) {
  const { payments: texts } = useText();
  const { customer, currency } = payment;
  return (
    <Card title={texts.details}>
      <Facts>
        <Given name={texts.payer} value={customer?.name} />
        <Given name={texts.email} value={customer?.email} />
        <Given name={texts.description} value={payment.description} />
        <Given name={texts.purpose} value={payment.purpose_code} />
        <Given name={texts.reference} value={payment.reference_id} />
        {payment.refunded_amount > 0 && (
          <Fact name={texts.refundedSoFar}>
            <MinorAmount minor={payment.refunded_amount} currency={currency} />
          </Fact>
        )}
        <Fact name={texts.created}>
          <Time at={payment.created_at} isExact />
        </Fact>
        <Id name={texts.paymentId} id={payment.id} />
      </Facts>
    </Card>
  );
}

/** From the amount paid to the amount credited, to the paisa, with the digits lined up. */
export function ReceiptCard({ payment: { receipt, currency } }: { readonly payment: PaymentDocument }) {
  const { payments: texts } = useText();
  if (receipt === null) return null;
  return (
    <Card title={texts.receipt}>
      <dl className="grid gap-2 p-4">
        {currency !== 'INR' && (
          <ReceiptLine name={texts.rate}>
            <span className="tabular-nums">{texts.rateOf(currency, receipt.rate)}</span>
          </ReceiptLine>
        )}
        <ReceiptLine name={texts.gross}>
          <Amount paise={receipt.gross_paise} />
        </ReceiptLine>
        <ReceiptLine name={texts.fee}>
          <Amount paise={-receipt.fee_paise} />
        </ReceiptLine>
        <ReceiptLine name={texts.tax}>
          <Amount paise={-receipt.tax_paise} />
        </ReceiptLine>
        <ReceiptLine name={texts.credited} isSum>
          <Amount paise={receipt.credited_paise} className="font-semibold" />
        </ReceiptLine>
      </dl>
    </Card>
  );
}

interface ReceiptLineProps {
  readonly name: string;
  readonly isSum?: boolean;
  readonly children: ReactNode;
}

function ReceiptLine({ name, isSum = false, children }: ReceiptLineProps) {
  return (
    <div className={classes('flex justify-between gap-4', isSum && 'border-t border-line pt-2')}>
      <dt className={isSum ? 'font-medium' : 'text-muted'}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Everything known about a refund except its timeline. */
export function RefundFacts({ refund }: { readonly refund: RefundDocument }) {
  const { payments: texts } = useText();
  return (
    <Card title={texts.details}>
      <Facts>
        <Fact name={texts.payment}>
          <Link to="/payments/$id" params={{ id: refund.payment_id }} className="link font-mono text-sm">
            {refund.payment_id}
          </Link>
        </Fact>
        <Fact name={texts.taken}>
          <Amount paise={refund.amount_paise} />
        </Fact>
        <Fact name={texts.feeReturned}>
          <Amount paise={refund.returned_fee_paise} />
        </Fact>
        <Fact name={texts.created}>
          <Time at={refund.created_at} isExact />
        </Fact>
        <Id name={texts.refundId} id={refund.id} />
      </Facts>
    </Card>
  );
}

function Id({ name, id }: { readonly name: string; readonly id: string }) {
  return (
    <Fact name={name}>
      <code className="font-mono text-sm">{id}</code>
      <CopyButton value={id} what={name} />
    </Fact>
  );
}
