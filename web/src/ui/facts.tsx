import type { ReactNode } from 'react';

/** Names and values that describe one thing, as a list that screen readers recognize. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="divide-y divide-line">{children}</dl>;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid items-center gap-x-4 px-4 py-2 sm:grid-cols-[minmax(7rem,min(12rem,35%))_minmax(0,1fr)]">
      <dt className="text-muted">{name}</dt>
      <dd className="flex min-h-8 min-w-0 items-center gap-1 wrap-anywhere">{children}</dd>
    </div>
  );
}
