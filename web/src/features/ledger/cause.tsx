import { Link } from '@tanstack/react-router';
import type { EntryDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';

/** Why an entry is in the ledger, as the link to it. An adjustment has no page of its own. */
export function Cause({ entry: { kind, reference } }: { readonly entry: EntryDocument }) {
  const words = useText().ledger.kinds[kind];
  if (reference.type !== 'payout') return <span className="truncate">{words}</span>;
  return (
    <Link to="/payouts/$id" params={{ id: reference.id }} className="link truncate">
      {words}
    </Link>
  );
}
