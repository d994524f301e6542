import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { updateMerchant } from '../../api/generated/sdk.gen.ts';
import type { MerchantDocument } from '../../api/generated/types.gen.ts';
import { formatCount } from '../../text/moments.ts';
import { useLanguage, useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Time } from '../../ui/time.tsx';
import { merchant as merchantQuery } from './queries.ts';

interface MerchantProps {
  readonly merchant: MerchantDocument;
}

export function MerchantFacts({ merchant }: MerchantProps) {
  const { operators: words } = useText();
  const language = useLanguage();
  const rate = (perSecond: number | null): string =>
    perSecond === null ? words.asTheService : words.perSecond(formatCount(perSecond, language));
  return (
    <Card title={words.details}>
      <Facts>
        <Fact name={words.name}>
          <bdi>{merchant.name}</bdi>
        </Fact>
        <Fact name={words.email}>
          <bdi>{merchant.email}</bdi>
        </Fact>
        <Fact name={words.reads}>{rate(merchant.reads_per_second)}</Fact>
        <Fact name={words.writes}>{rate(merchant.writes_per_second)}</Fact>
        <Fact name={words.created}>
          <Time at={merchant.created_at} isExact />
        </Fact>
        <Fact name={words.merchantId}>
          <code className="font-mono text-sm">{merchant.id}</code>
          <CopyButton value={merchant.id} what={words.merchantId} />
        </Fact>
      </Facts>
    </Card>
  );
}

/** An inactive merchant moves no money; its open orders wait. */
export function ActivityButton({ merchant }: MerchantProps) {
  const { operators: words } = useText();
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const { id, is_active: isActive } = merchant;
  const changing = useMutation({
    mutationFn: () => updateMerchant({ path: { id }, body: { is_active: !isActive } }),
    onSuccess: (next) => {
      queries.setQueryData(merchantQuery(id).queryKey, next);
      setIsAsking(false);
    },
  });
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>{isActive ? words.deactivate : words.activate}</Button>
      {isAsking && (
        <ConfirmDialog
          title={isActive ? words.deactivate : words.activate}
          lead={isActive ? words.deactivateLead : words.activateLead}
          tone={isActive ? 'danger' : 'primary'}
          doing={changing}
          onConfirm={() => changing.mutate()}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  );
}
