import { type ReactNode, useId } from 'react';

interface CardProps {
  readonly title?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page on its own surface. */
export function Card({ title, actions, children }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={title === undefined ? undefined : id}
      className="min-w-0 rounded-lg border border-line bg-surface"
    >
      {title !== undefined && (
        <header className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2">
          <h2 id={id} className="text-lg font-semibold">
            {title}
          </h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
