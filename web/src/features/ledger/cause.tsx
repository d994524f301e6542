import { Link } from '@tanstack/react-router';
import type { EntryDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';

const PAGES: Readonly<Record<string, '/payouts/$id' | '/payments/$id' | '/refunds/$id' | undefined>> = {
  payout: '/payouts/$id',
  payment: '/payments/$id',
  refund: '/refunds/$id',
};

/**
 * Why an entry is in the ledger, as a link to the cause. An adjustment has no page of its own, so its reason is shown.
 */
export function Cause({ entry: { kind, reference, reason } }: { readonly entry: EntryDocument }) {
  const texts = useText().ledger.kinds[kind];
  const page = PAGES[reference.type];
  if (page === undefined) return <bdi className="truncate">{reason === null ? texts : `${texts}: ${reason}`}</bdi>;
  return (
    <Link to={page} params={{ id: reference.id }} className="link truncate">
      {texts}
    </Link>
  );
}
