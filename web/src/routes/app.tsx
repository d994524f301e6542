import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { useSessionState } from '../api/session.ts';
import { Toasts } from '../ui/toast.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { makeQueryClient } from './queries.ts';
import { router } from './router.tsx';
import { SignInPage } from './sign-in-page.tsx';

export function App() {
  const state = useSessionState();
  const { holder, actingFor } = state.status === 'open' ? state.session : {};
  const whose = JSON.stringify([holder, actingFor]);
  return (
    <TooltipProvider delayDuration={300}>
      <Account key={whose}>
        {state.status === 'open' ? <RouterProvider router={router} /> : <SignInPage ended={state.ended} />}
      </Account>
      <Toasts />
    </TooltipProvider>
  );
}

/** What was read for one account is never shown to another: each has its own memory. */
function Account({ children }: { readonly children: React.ReactNode }) {
  const [queries] = useState(makeQueryClient);
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}
