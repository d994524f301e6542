import type { ReactNode } from 'react';

/** Drawn on a grid of 16 with lines of 1.5. An icon adds nothing to the word next to it. */
function icon(drawing: ReactNode) {
  return function Icon({ className = 'size-4' }: { className?: string }) {
    return (
      <svg
        viewBox="0 0 16 16"
        className={`${className} shrink-0`}
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        {drawing}
      </svg>
    );
  };
}

export const HomeIcon = icon(<path d="M2.5 7 8 2.5 13.5 7v6.5h-4v-4h-3v4h-4z" />);
export const PayIcon = icon(<path d="M2 8h9M7.5 4 11.5 8l-4 4M14 3v10" />);
export const PayoutsIcon = icon(<path d="M3 13 13 3M6 3h7v7" />);
export const PaymentsIcon = icon(<path d="M13 3 3 13M10 13H3V6" />);
export const RefundsIcon = icon(<path d="M6 3 2.5 6.5 6 10M3 6.5h6a4 4 0 0 1 0 8H7" />);
export const LedgerIcon = icon(<path d="M3.5 2h9v12h-9zM6 5.5h4M6 8h4M6 10.5h2.5" />);
export const BankIcon = icon(<path d="M2 6.5 8 2.5l6 4zM3.5 6.5v5M6.5 6.5v5M9.5 6.5v5M12.5 6.5v5M2 13.5h12" />);
export const WebhookIcon = icon(
  <path d="M6.5 6.5a2.5 2.5 0 1 1 3 0l2 4M6.5 6.5 4.5 10.5M4.5 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM11.5 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM6 12h4" />,
);
export const MerchantsIcon = icon(
  <path d="M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 3a2.300 2.300 0 0 1 0 4.5M12 9.5c1.600.5 2.5 2 2.5 4" />,
);
export const AttentionIcon = icon(<path d="M8 2 14.5 13.5h-13zM8 6.5v3M8 11.5v.1" />);
export const GatewayIcon = icon(<path d="M2 5h12M2 11h12M5 2.5 2 5l3 2.5M11 8.5l3 2.5-3 2.5" />);
export const RoutingIcon = icon(<path d="M2 8h4l3-4.5h5M6 8l3 4.5h5M12 1.5l2 2-2 2M12 10.5l2 2-2 2" />);
export const ShieldIcon = icon(
  <path d="M8 1.5 13 3.5v4c0 3.5-2.300 5.700-5 7-2.700-1.300-5-3.5-5-7v-4zM5.5 8l2 2 3-3.5" />,
);
export const MenuIcon = icon(<path d="M2 4h12M2 8h12M2 12h12" />);
export const CloseIcon = icon(<path d="m3.5 3.5 9 9M12.5 3.5l-9 9" />);
export const PlusIcon = icon(<path d="M8 3v10M3 8h10" />);
export const CopyIcon = icon(<path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />);
export const CheckIcon = icon(<path d="m3 8.5 3.5 3.5L13 4.5" />);
export const ChevronDownIcon = icon(<path d="m4 6 4 4 4-4" />);
export const ChevronLeftIcon = icon(<path d="M10 3.5 5.5 8l4.5 4.5" />);
export const ChevronRightIcon = icon(<path d="M6 3.5 10.5 8 6 12.5" />);
export const ColumnsIcon = icon(<path d="M2.5 3h11v10h-11zM6.200 3v10M9.800 3v10" />);
export const DownloadIcon = icon(<path d="M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11" />);
