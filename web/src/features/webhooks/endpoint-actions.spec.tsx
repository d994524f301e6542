import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { client } from '../../api/generated/client.gen.ts';
import type { WebhookEndpointDocument } from '../../api/generated/types.gen.ts';
import { EndpointActions } from './endpoint-actions.tsx';

const FAILING_SINCE = '2026-11-20T10:00:00.000Z';

const OFF: WebhookEndpointDocument = {
  id: 'e1',
  merchant_id: 'm1',
  scope: 'merchant',
  url: 'https://acme.example/hook',
  event_types: null,
  description: null,
  is_active: false,
  is_ordered: false,
  turned_off: 'failing',
  failing_since: FAILING_SINCE,
  paused_since: null,
  created_at: '2026-11-01T10:00:00.000Z',
  updated_at: '2026-11-25T10:00:00.000Z',
};

describe('the actions of an endpoint that was switched off', () => {
  let requests: { readonly path: string; readonly body: unknown }[];

  beforeEach(() => {
    requests = [];
    const answer = async (request: Request): Promise<Response> => {
      requests.push({ path: new URL(request.url).pathname, body: await request.json() });
      return Response.json({ recovered: 1 });
    };
    client.setConfig({
      baseUrl: 'http://bahi.example',
      fetch: answer as typeof fetch,
      throwOnError: true,
      responseStyle: 'data',
    });
  });

  afterEach(cleanup);

  const press = (name: string): boolean => fireEvent.click(screen.getByRole('button', { name }));

  it('send again what it has missed only when it is on, from when it began to fail', async () => {
    const shown = (endpoint: WebhookEndpointDocument) => (
      <QueryClientProvider client={new QueryClient()}>
        <EndpointActions endpoint={endpoint} onDeleted={() => undefined} />
      </QueryClientProvider>
    );
    const { rerender } = render(shown(OFF));
    // Switching it on would skip what is sent again before.
    expect(screen.queryByRole('button', { name: 'Resend failed' })).toBeNull();
    press('Switch on');
    await waitFor(() => expect(requests).toHaveLength(1));
    rerender(shown({ ...OFF, is_active: true, turned_off: null, failing_since: null }));
    press('Resend failed');
    await waitFor(() => expect(requests).toHaveLength(2));
    expect(requests[1]).toEqual({
      path: '/api/v1/webhook-endpoints/e1/recover',
      body: { since: FAILING_SINCE },
    });
  });
});
