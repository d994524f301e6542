import { type ReactNode, useEffect } from 'react';
import { useText } from '../text/language.ts';
import { classes } from './classes.ts';

interface PageHeaderProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** Next to the title, such as a status. */
  readonly mark?: ReactNode;
  readonly actions?: ReactNode;
}

/** The page's only `h1`, which is also the tab's title. */
export function PageHeader({ title, lead, mark, actions }: PageHeaderProps) {
  const { name } = useText().shell;
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-3 gap-y-2">
      <div className="flex min-h-9 min-w-0 flex-wrap items-center gap-3 max-sm:min-h-11">
        <h1 className="text-xl font-semibold wrap-anywhere">{title}</h1>
        {mark}
      </div>
      {actions !== undefined && (
        <div className={classes('flex flex-wrap gap-2', lead !== undefined && 'max-sm:order-last')}>{actions}</div>
      )}
      {lead !== undefined && <p className="-mt-1 basis-full text-muted">{lead}</p>}
    </header>
  );
}
