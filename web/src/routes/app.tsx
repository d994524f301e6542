import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { type SessionState, useSessionState } from '../api/session.ts';
import { Newest } from '../live/newest.ts';
import { Toasts } from '../ui/toast.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { Live } from './live.tsx';
import { makeQueryClient } from './queries.ts';
import { router } from './router.tsx';
import { SignInPage } from './sign-in-page.tsx';

export function App() {
  const state = useSessionState();
  return (
    <TooltipProvider delayDuration={300}>
      <Account key={accountOf(state)} state={state} />
      <Toasts />
    </TooltipProvider>
  );
}

/** Whose data is shown: another key or another merchant is another account. */
function accountOf(state: SessionState): string {
  return state.status === 'open' ? `${state.session.keyId} ${state.session.actingFor?.merchantId ?? ''}` : '';
}

/** Data read for one account is never shown to another: each account has its own cache. */
function Account({ state }: { readonly state: SessionState }) {
  const [newest] = useState(() => new Newest());
  const [queries] = useState(() => makeQueryClient(newest));
  const inside = (children: ReactNode): ReactNode => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  if (state.status === 'closed') return inside(<SignInPage ended={state.ended} />);
  return inside(
    <Live session={state.session} newest={newest}>
      <RouterProvider router={router} />
    </Live>,
  );
}
