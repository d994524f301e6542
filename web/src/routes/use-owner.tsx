import { merchantShown, useSession } from '../api/session.ts';
import { MerchantName } from '../features/operators/merchant-name.tsx';
import type { ShowOwner } from '../ui/owner.ts';

/** How whose it is is shown in lists: to operators who look at all merchants. */
export function useOwner(): ShowOwner | undefined {
  return merchantShown(useSession()) === null ? showOwner : undefined;
}

const showOwner: ShowOwner = (id) => <MerchantName id={id} isInTable />;
