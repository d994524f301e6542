import type { ReactNode } from 'react';

/** Names and values of one thing, as a list that screen readers know. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="divide-y divide-line">{children}</dl>;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(7rem,30%)_1fr] items-center gap-4 px-4 py-2">
      <dt className="text-muted">{name}</dt>
      <dd className="flex min-h-8 min-w-0 items-center gap-1 wrap-anywhere">{children}</dd>
    </div>
  );
}
