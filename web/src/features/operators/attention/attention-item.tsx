import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AttentionDocument } from '../../../api/generated/types.gen.ts';
import { useLanguage, useText } from '../../../text/language.ts';
import { formatAge, formatCount } from '../../../text/moments.ts';
import { MinorAmount } from '../../../ui/minor-amount.tsx';
import { type Status, StatusBadge } from '../../../ui/status-badge.tsx';
import { MerchantName } from '../merchant-name.tsx';

interface AttentionItemProps {
  readonly item: AttentionDocument;
  /** Whose it is, where those of several merchants are shown. */
  readonly showsMerchant: boolean;
  readonly children?: ReactNode;
}

/** One thing that waits for a person: how much, for how long, and why. */
export function AttentionItem({ item, showsMerchant, children }: AttentionItemProps) {
  const { attention: words } = useText();
  const language = useLanguage();
  const { gateway, attempts } = item;
  return (
    <li className="grid gap-3 p-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-1">
        <span className="flex flex-wrap items-center gap-2">
          <OrderLink item={item} />
          <StatusBadge status={item.status as Status} />
        </span>
        <MinorAmount minor={item.amount} currency={item.currency} className="text-lg font-semibold" />
        <span className="flex basis-full flex-wrap gap-x-4 text-muted">
          {showsMerchant && <MerchantName id={item.merchant_id} />}
          {gateway !== null && <span>{words.calls(formatCount(attempts, language), gateway)}</span>}
          <time dateTime={item.since} className="ml-auto">
            {words.since(formatAge(item.age_seconds, language))}
          </time>
        </span>
      </div>
      <ul className="grid gap-1 text-warn">
        {item.reasons.map(({ code }) => (
          <li key={code}>{words.reasons[code]}</li>
        ))}
      </ul>
      {children !== undefined && <div className="flex flex-wrap gap-2 empty:hidden">{children}</div>}
    </li>
  );
}

const PATHS = { payout: '/payouts/$id', payment: '/payments/$id', refund: '/refunds/$id' } as const;

function OrderLink({ item: { type, id } }: Pick<AttentionItemProps, 'item'>) {
  const { attention: words } = useText();
  return (
    <Link to={PATHS[type]} params={{ id }} className="link font-medium">
      {words.types[type]} <code className="font-mono text-sm font-normal">{`…${id.slice(-8)}`}</code>
    </Link>
  );
}
