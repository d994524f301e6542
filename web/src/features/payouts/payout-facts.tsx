import type { PayoutDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Time } from '../../ui/time.tsx';

/** Everything known about a payout except its timeline. */
export function PayoutFacts({ payout }: { readonly payout: PayoutDocument }) {
  const { payouts: texts, shell } = useText();
  const { recipient, utr } = payout;
  return (
    <Card title={texts.details}>
      <Facts>
        <Fact name={texts.recipient}>
          <bdi>{recipient.name}</bdi>
        </Fact>
        <Fact name={texts.account}>
          {recipient.vpa ?? `${texts.accountEnding(recipient.account_number_last4 ?? '')} · ${recipient.ifsc ?? ''}`}
        </Fact>
        <Fact name={texts.mode}>{payout.mode}</Fact>
        <Fact name={texts.utr}>
          {utr ?? shell.none}
          {utr !== null && <CopyButton value={utr} what={texts.utr} />}
        </Fact>
        <Fact name={texts.reference}>
          <bdi>{payout.reference_id ?? shell.none}</bdi>
        </Fact>
        <Fact name={texts.narration}>{payout.narration ?? shell.none}</Fact>
        <Fact name={texts.requested}>
          <Time at={payout.created_at} isExact />
        </Fact>
        <Fact name={texts.id}>
          <code className="font-mono text-sm">{payout.id}</code>
          <CopyButton value={payout.id} what={texts.id} />
        </Fact>
      </Facts>
    </Card>
  );
}
