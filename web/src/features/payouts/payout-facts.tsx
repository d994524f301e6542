import type { PayoutDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Time } from '../../ui/time.tsx';

/** Everything known about a payout except its timeline. */
export function PayoutFacts({ payout }: { readonly payout: PayoutDocument }) {
  const { payouts: words, shell } = useText();
  const { recipient, utr } = payout;
  return (
    <Card title={words.details}>
      <Facts>
        <Fact name={words.recipient}>
          <bdi>{recipient.name}</bdi>
        </Fact>
        <Fact name={words.account}>
          {recipient.vpa ?? `${words.accountEnding(recipient.account_number_last4 ?? '')} · ${recipient.ifsc ?? ''}`}
        </Fact>
        <Fact name={words.mode}>{payout.mode}</Fact>
        <Fact name={words.utr}>
          {utr ?? shell.none}
          {utr !== null && <CopyButton value={utr} what={words.utr} />}
        </Fact>
        <Fact name={words.reference}>
          <bdi>{payout.reference_id ?? shell.none}</bdi>
        </Fact>
        <Fact name={words.narration}>{payout.narration ?? shell.none}</Fact>
        <Fact name={words.requested}>
          <Time at={payout.created_at} isExact />
        </Fact>
        <Fact name={words.id}>
          <code className="font-mono text-sm">{payout.id}</code>
          <CopyButton value={payout.id} what={words.id} />
        </Fact>
      </Facts>
    </Card>
  );
}
