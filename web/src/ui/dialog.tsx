import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import { CloseIcon } from './icons.tsx';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** `side`: along the left edge, for the navigation on a phone. */
  readonly place?: 'middle' | 'side';
  /** The content cannot be shown again, so clicking outside does not close the dialog. */
  readonly hasStaticBackdrop?: boolean;
  readonly children: ReactNode;
  /** The buttons; the one that does what the title says comes last. */
  readonly actions?: ReactNode;
}

const PLACES = {
  middle: 'm-auto w-[min(32rem,calc(100vw-2rem))] rounded-lg',
  side: 'mr-auto h-dvh max-h-none w-72 max-w-[calc(100vw-3rem)]',
} as const;

/** The browser's own dialog: it keeps the focus inside, gives it back, and closes on Escape or a click outside it. */
export function Dialog({
  title,
  isOpen,
  onClose,
  place = 'middle',
  hasStaticBackdrop = false,
  children,
  actions,
}: DialogProps) {
  const t = useText();
  const titleId = useId();
  const element = useRef<HTMLDialogElement>(null);
  const pressed = useRef<EventTarget | null>(null);
  useLayoutEffect(() => {
    const dialog = element.current!;
    if (!isOpen) return;
    dialog.showModal();
    // Also before it is removed from the page: a dialog that is only removed does not give the focus back.
    return () => dialog.close();
  }, [isOpen]);
  return createPortal(
    <dialog
      ref={element}
      aria-labelledby={titleId}
      // Escape. Rendering closes it at once, so the next key finds the focus where it was, and may open the dialog
      // again.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // The browser closed it, and it has not been opened again since.
      onClose={({ currentTarget }) => !currentTarget.open && onClose()}
      onPointerDown={({ target }) => (pressed.current = target)}
      // Not if the press began inside, such as selecting text, and ended outside.
      onClick={({ target, currentTarget }) =>
        !hasStaticBackdrop && target === currentTarget && pressed.current === target && onClose()
      }
      // In React the dialog is inside the component that opened it, which may be a form.
      onSubmit={(event) => event.stopPropagation()}
      className={classes('border border-line bg-surface p-0 text-ink shadow-float', PLACES[place])}
    >
      {isOpen && (
        <div className="flex max-h-[inherit] flex-col">
          <header className="flex items-center justify-between gap-4 border-b border-line py-3 pr-3 pl-4">
            <h2 id={titleId} className="text-lg font-semibold">
              {title}
            </h2>
            <Button tone="quiet" size="icon" aria-label={t.shell.close} onClick={onClose}>
              <CloseIcon />
            </Button>
          </header>
          <div className="overflow-y-auto p-4">{children}</div>
          {actions !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line p-4">{actions}</footer>
          )}
        </div>
      )}
    </dialog>,
    document.body,
  );
}
