import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../../text/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Logo } from './logo.tsx';
import { SideNavigation } from './side-navigation.tsx';
import { TopBar } from './top-bar.tsx';

/** The frame around every page. The navigation is on the left; on a phone it is behind a button. */
export function Layout() {
  const t = useText();
  const [isOpen, setIsOpen] = useState(false);
  const content = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const pathBefore = useRef(path);
  useEffect(() => {
    const isOther = pathBefore.current !== undefined && pathBefore.current !== path;
    pathBefore.current = path;
    // If a link disappeared with its page while it had the focus, the focus moves to the new page.
    if (isOther && document.activeElement === document.body) content.current!.focus({ preventScroll: true });
  }, [path]);
  return (
    <div className="lg:grid lg:grid-cols-[15rem_minmax(0,1fr)] print:block">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-surface px-4 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t.shell.skipToContent}
      </a>
      <aside className="sticky top-0 flex h-dvh flex-col gap-6 overflow-y-auto border-r border-line bg-surface p-3 max-lg:hidden print:hidden">
        <Logo />
        <SideNavigation />
      </aside>
      <Dialog title={t.shell.name} place="side" isOpen={isOpen} onClose={() => setIsOpen(false)}>
        <SideNavigation onLeave={() => setIsOpen(false)} />
      </Dialog>
      <div className="min-w-0">
        <TopBar onOpenNavigation={() => setIsOpen(true)} />
        <main
          ref={content}
          id="content"
          tabIndex={-1}
          className="mx-auto grid max-w-6xl gap-6 p-6 outline-none max-sm:p-4"
        >
          <Outlet />
        </main>
      </div>
    </div>
  );
}
