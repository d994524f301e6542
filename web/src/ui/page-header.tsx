import { type ReactNode, useEffect } from 'react';
import { useText } from '../text/language.ts';

interface PageHeaderProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** Beside the title: a status, say. */
  readonly mark?: ReactNode;
  readonly actions?: ReactNode;
}

/** The one heading of the first rank, which is the tab's title too. */
export function PageHeader({ title, lead, mark, actions }: PageHeaderProps) {
  const { name } = useText().shell;
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
  return (
    <header className="grid gap-1">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="flex min-h-9 min-w-0 flex-wrap items-center gap-3 max-sm:min-h-11">
          <h1 className="text-xl font-semibold wrap-anywhere">{title}</h1>
          {mark}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {lead !== undefined && <p className="text-muted">{lead}</p>}
    </header>
  );
}
