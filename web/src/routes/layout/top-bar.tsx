import { useQuery } from '@tanstack/react-query';
import { actFor, serviceFacts, useSession } from '../../api/session.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { CloseIcon, MenuIcon } from '../../ui/icons.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import { LiveMark } from './live-mark.tsx';
import { AccountMenu } from './account-menu.tsx';

export function TopBar({ onOpenNavigation }: { readonly onOpenNavigation: () => void }) {
  const t = useText();
  const { actingFor } = useSession();
  const { data: facts } = useQuery(serviceFacts);
  return (
    <header className="print:hidden sticky top-0 z-30 flex h-14 items-center gap-3 border-b border-line bg-surface px-3 lg:px-6">
      <Button
        tone="quiet"
        size="icon"
        className="lg:hidden"
        aria-label={t.shell.openNavigation}
        onClick={onOpenNavigation}
      >
        <MenuIcon />
      </Button>
      {actingFor !== null && (
        <p className="flex min-w-0 items-center gap-1">
          <span className="truncate">{t.shell.actingFor(actingFor.name)}</span>
          <Button tone="quiet" size="icon" aria-label={t.shell.leaveMerchant} onClick={() => actFor(null)}>
            <CloseIcon />
          </Button>
        </p>
      )}
      <div className="ml-auto flex min-w-0 items-center gap-3">
        {facts?.is_demo === true && (
          <>
            <span className="max-md:hidden">
              <Badge tone="warn">{t.shell.demo}</Badge>
            </span>
            <span className="md:hidden">
              <Badge tone="warn">{t.shell.demoShort}</Badge>
            </span>
          </>
        )}
        <LiveMark />
        <AccountMenu />
      </div>
    </header>
  );
}
