import { merchantShown, type Session } from '../api/session.ts';
import type { Catalogue } from '../text/catalogue.ts';
import {
  AttentionIcon,
  BankIcon,
  GatewayIcon,
  HomeIcon,
  LedgerIcon,
  MerchantsIcon,
  PayIcon,
  PaymentsIcon,
  PayoutsIcon,
  RefundsIcon,
  RoutingIcon,
  ShieldIcon,
  WebhookIcon,
} from '../ui/icons.tsx';

export interface Place {
  readonly to: string;
  readonly name: keyof Catalogue['shell']['pages'];
  readonly icon: typeof HomeIcon;
}

export interface PlaceGroup {
  /** Null: the entries at the top need no heading. */
  readonly name: keyof Catalogue['shell']['groups'] | null;
  readonly places: readonly Place[];
}

const HOME: Place = { to: '/', name: 'home', icon: HomeIcon };
const ATTENTION: Place = { to: '/attention', name: 'attention', icon: AttentionIcon };

/** The pages of one merchant: for the merchant itself, or for an operator who acts for it. */
const MERCHANT: readonly PlaceGroup[] = [
  { name: null, places: [HOME, { to: '/pay', name: 'pay', icon: PayIcon }, ATTENTION] },
  {
    name: 'money',
    places: [
      { to: '/payouts', name: 'payouts', icon: PayoutsIcon },
      { to: '/payments', name: 'payments', icon: PaymentsIcon },
      { to: '/refunds', name: 'refunds', icon: RefundsIcon },
      { to: '/ledger', name: 'ledger', icon: LedgerIcon },
    ],
  },
  {
    name: 'setup',
    places: [
      { to: '/bank-accounts', name: 'bankAccounts', icon: BankIcon },
      { to: '/webhooks', name: 'webhooks', icon: WebhookIcon },
    ],
  },
];

const OPERATOR: readonly PlaceGroup[] = [
  { name: null, places: [HOME, ATTENTION] },
  {
    name: 'operations',
    places: [
      { to: '/payouts', name: 'payouts', icon: PayoutsIcon },
      { to: '/payments', name: 'payments', icon: PaymentsIcon },
      { to: '/refunds', name: 'refunds', icon: RefundsIcon },
      { to: '/merchants', name: 'merchants', icon: MerchantsIcon },
      { to: '/gateways', name: 'gateways', icon: GatewayIcon },
      { to: '/routing', name: 'routing', icon: RoutingIcon },
      { to: '/verification', name: 'verification', icon: ShieldIcon },
    ],
  },
];

/** The pages in the navigation, in order. Any other page is reached from one of these. */
export function placesOf(session: Session): readonly PlaceGroup[] {
  return merchantShown(session) === null ? OPERATOR : MERCHANT;
}
