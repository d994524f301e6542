import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  /** What to do to get something here. */
  readonly lead?: string;
  readonly action?: ReactNode;
}

export function EmptyState({ title, lead, action }: EmptyStateProps) {
  return (
    <div className="grid justify-items-center gap-2 px-4 py-12 text-center">
      <p className="font-medium">{title}</p>
      {lead !== undefined && <p className="max-w-md text-balance text-muted">{lead}</p>}
      {action !== undefined && <div className="pt-2">{action}</div>}
    </div>
  );
}
