import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { PAYMENT_FILTERS, REFUND_FILTERS } from '../features/payments/filter-names.ts';
import { PAYOUT_FILTERS } from '../features/payouts/filter-names.ts';
import { ErrorPage, NotFoundPage } from './error-page.tsx';
import { HomePage } from './home-page.tsx';
import { Layout } from './layout/layout.tsx';
import { parseSearch, searchOf, stringifySearch } from './search.ts';

const root = createRootRoute({ component: Layout, notFoundComponent: NotFoundPage });

/** Each page is a file of its own, loaded when it is opened or a link to it is pointed at; Home is loaded first. */
const pages = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: HomePage,
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/pay',
    validateSearch: searchOf('attempt', 'change'),
    component: lazyRouteComponent(() => import('./pay-page.tsx'), 'PayPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/payouts',
    validateSearch: searchOf(...PAYOUT_FILTERS, 'cursor'),
    component: lazyRouteComponent(() => import('./payouts-page.tsx'), 'PayoutsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/payouts/$id',
    validateSearch: searchOf('replayed'),
    component: lazyRouteComponent(() => import('./payout-page.tsx'), 'PayoutPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/payments',
    validateSearch: searchOf(...PAYMENT_FILTERS, 'cursor'),
    component: lazyRouteComponent(() => import('./payments-page.tsx'), 'PaymentsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/payments/new',
    component: lazyRouteComponent(() => import('./receive-page.tsx'), 'ReceivePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/payments/$id',
    component: lazyRouteComponent(() => import('./payment-page.tsx'), 'PaymentPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/refunds',
    validateSearch: searchOf(...REFUND_FILTERS, 'cursor'),
    component: lazyRouteComponent(() => import('./refunds-page.tsx'), 'RefundsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/refunds/$id',
    component: lazyRouteComponent(() => import('./refund-page.tsx'), 'RefundPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/ledger',
    validateSearch: searchOf('account', 'from', 'to', 'cursor'),
    component: lazyRouteComponent(() => import('./ledger-page.tsx'), 'LedgerPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/bank-accounts',
    validateSearch: searchOf('search'),
    component: lazyRouteComponent(() => import('./bank-accounts-page.tsx'), 'BankAccountsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/webhooks',
    validateSearch: searchOf('status', 'event_id', 'cursor'),
    component: lazyRouteComponent(() => import('./webhooks-page.tsx'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/webhooks/$id',
    validateSearch: searchOf('status', 'cursor'),
    component: lazyRouteComponent(() => import('./webhook-page.tsx'), 'WebhookPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/webhook-deliveries/$id',
    component: lazyRouteComponent(() => import('./webhook-delivery-page.tsx'), 'WebhookDeliveryPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/attention',
    validateSearch: searchOf('type', 'cursor'),
    component: lazyRouteComponent(() => import('./attention-page.tsx'), 'AttentionPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/merchants',
    validateSearch: searchOf('search', 'state', 'cursor'),
    component: lazyRouteComponent(() => import('./merchants-page.tsx'), 'MerchantsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/merchants/$id',
    component: lazyRouteComponent(() => import('./merchant-page.tsx'), 'MerchantPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/gateways',
    component: lazyRouteComponent(() => import('./gateways-page.tsx'), 'GatewaysPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/routing',
    component: lazyRouteComponent(() => import('./routing-page.tsx'), 'RoutingPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/verification',
    validateSearch: searchOf('state', 'cursor'),
    component: lazyRouteComponent(() => import('./verification-page.tsx'), 'VerificationPage'),
  }),
];

export const router = createRouter({
  routeTree: root.addChildren(pages),
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
