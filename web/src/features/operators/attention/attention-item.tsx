import type { ReactNode } from 'react';
import type { AttentionDocument } from '../../../api/generated/types.gen.ts';
import { useLanguage, useText } from '../../../text/language.ts';
import { formatAge, formatCount } from '../../../text/moments.ts';
import { MinorAmount } from '../../../ui/minor-amount.tsx';
import { MerchantName } from '../merchant-name.tsx';
import { OrderLink } from '../order-link.tsx';

interface AttentionItemProps {
  readonly item: AttentionDocument;
  /** Whether the owner is shown, in lists of several merchants. */
  readonly showsMerchant: boolean;
  readonly children?: ReactNode;
}

/** One order that needs attention: how much, for how long, and why. */
export function AttentionItem({ item, showsMerchant, children }: AttentionItemProps) {
  const { attention: texts } = useText();
  const language = useLanguage();
  const { gateway, attempts } = item;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 px-4 py-3 max-sm:items-start sm:gap-x-6 sm:grid-cols-[minmax(0,1fr)_auto_minmax(14rem,auto)]">
      <div className="grid gap-1">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <OrderLink type={item.type} id={item.id} />
          {showsMerchant && <MerchantName id={item.merchant_id} />}
        </p>
        {item.reasons.map(({ code }) => (
          <p key={code} className="text-warn">
            {texts.reasons[code]}
          </p>
        ))}
      </div>
      <div className="flex flex-wrap gap-2 empty:hidden max-sm:order-last max-sm:col-span-2 sm:justify-end">
        {children}
      </div>
      <div className="grid gap-1 text-right sm:col-start-3">
        <MinorAmount minor={item.amount} currency={item.currency} className="font-semibold" />
        <p className="text-sm text-muted">
          {showsMerchant && gateway !== null && `${texts.calls(formatCount(attempts, language), gateway)} · `}
          <time dateTime={item.since}>{texts.since(formatAge(item.age_seconds, language))}</time>
        </p>
      </div>
    </li>
  );
}
