import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { ChevronLeftIcon, ChevronRightIcon } from './icons.tsx';

interface PagerProps {
  /** As a page of the API names them; null: there is no such page. */
  readonly previous: string | null | undefined;
  readonly next: string | null | undefined;
  /** By default a list begins with its newest row. */
  readonly isOldestFirst?: boolean;
  /** Puts the cursor into the address. */
  readonly onTurn: (cursor: string) => void;
}

/**
 * One page back or forward, if there is one. A list grows while it is read, so pages have cursors and no numbers. A
 * button without a further page is not `disabled`: people who turn pages by keyboard would lose the focus on the last
 * one.
 */
export function Pager({ previous, next, isOldestFirst = false, onTurn }: PagerProps) {
  const t = useText();
  const { previous: newer, next: older } = t.shell.table;
  if (!previous && !next) return null;
  return (
    <nav
      aria-label={t.shell.table.pages}
      className="flex justify-end gap-2 border-t border-line px-4 py-3 print:hidden"
    >
      <Button size="small" aria-disabled={!previous} onClick={() => previous && onTurn(previous)}>
        <ChevronLeftIcon />
        {isOldestFirst ? older : newer}
      </Button>
      <Button size="small" aria-disabled={!next} onClick={() => next && onTurn(next)}>
        {isOldestFirst ? newer : older}
        <ChevronRightIcon />
      </Button>
    </nav>
  );
}
