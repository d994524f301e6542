import { useMemo } from 'react';
import { merchantShown, type Session, useSession } from '../../api/session.ts';
import { Attempts, type OrderService } from '../../attempts/attempts.ts';
import { indexedVault, type OrderKind } from '../../attempts/indexed-vault.ts';

/**
 * The attempts of this session at orders of one kind.
 * @param owner the merchant, if it is not the one whose pages are shown
 */
export function useOrders(kind: OrderKind, serviceOf: (session: Session) => OrderService, owner?: string): Attempts {
  const session = useSession();
  const merchantId = owner ?? merchantShown(session)!.merchantId;
  return useMemo(
    () => new Attempts(indexedVault(merchantId, kind), serviceOf(session)),
    [merchantId, kind, serviceOf, session],
  );
}
