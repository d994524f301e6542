import { Link } from '@tanstack/react-router';
import { useText } from '../../text/language.ts';

const PATHS = { payout: '/payouts/$id', payment: '/payments/$id', refund: '/refunds/$id' } as const;

export type OrderType = keyof typeof PATHS;

export const isOrderType = (type: unknown): type is OrderType => typeof type === 'string' && Object.hasOwn(PATHS, type);

/** The page of an order, by its type and the end of its id. */
export function OrderLink({ type, id }: { readonly type: OrderType; readonly id: string }) {
  const { attention: texts } = useText();
  return (
    <Link to={PATHS[type]} params={{ id }} className="link font-medium">
      {texts.types[type]} <code className="font-mono text-sm font-normal">{`…${id.slice(-8)}`}</code>
    </Link>
  );
}
