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
  const { operators: texts } = useText();
  const language = useLanguage();
  const rate = (perSecond: number | null): string =>
    perSecond === null ? texts.asTheService : texts.perSecond(formatCount(perSecond, language));
  return (
    <Card title={texts.details}>
      <Facts>
        <Fact name={texts.name}>
          <bdi>{merchant.name}</bdi>
        </Fact>
        <Fact name={texts.email}>
          <bdi>{merchant.email}</bdi>
        </Fact>
        <Fact name={texts.reads}>{rate(merchant.reads_per_second)}</Fact>
        <Fact name={texts.writes}>{rate(merchant.writes_per_second)}</Fact>
        <Fact name={texts.created}>
          <Time at={merchant.created_at} isExact />
        </Fact>
        <Fact name={texts.merchantId}>
          <code className="font-mono text-sm">{merchant.id}</code>
          <CopyButton value={merchant.id} what={texts.merchantId} />
        </Fact>
      </Facts>
    </Card>
  );
}

/** An inactive merchant moves no money; its open orders wait. */
export function ActivityButton({ merchant }: MerchantProps) {
  const { operators: texts } = useText();
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
      <Button onClick={() => setIsAsking(true)}>{isActive ? texts.deactivate : texts.activate}</Button>
      {isAsking && (
        <ConfirmDialog
          title={isActive ? texts.deactivate : texts.activate}
          lead={isActive ? texts.deactivateLead : texts.activateLead}
          tone={isActive ? 'danger' : 'primary'}
          doing={changing}
          onConfirm={() => changing.mutate()}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  );
}
