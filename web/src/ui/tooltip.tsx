import * as Radix from '@radix-ui/react-tooltip';
import type { ReactNode } from 'react';

/** Once, around the page. */
export const TooltipProvider = Radix.Provider;

interface TooltipProps {
  readonly content: ReactNode;
  /** The one element that the tooltip is about; it must be focusable if the tooltip says more than the page. */
  readonly children: ReactNode;
}

export function Tooltip({ content, children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-w-xs rounded-md bg-ink px-3 py-2 text-sm text-surface shadow-float"
        >
          {content}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
