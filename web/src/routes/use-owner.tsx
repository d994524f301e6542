import { merchantShown, useSession } from '../api/session.ts';
import { MerchantName } from '../features/operators/merchant-name.tsx';
import type { ShowOwner } from '../ui/owner.ts';

/** How lists show the owner of a row; only operators who look at all merchants see it. */
export function useOwner(): ShowOwner | undefined {
  return merchantShown(useSession()) === null ? showOwner : undefined;
}

const showOwner: ShowOwner = (id) => <MerchantName id={id} isInTable />;
