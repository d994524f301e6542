import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  deleteWebhookEndpoint,
  recoverWebhookEndpoint,
  rotateWebhookSecret,
  testWebhookEndpoint,
  updateWebhookEndpoint,
} from '../../api/generated/sdk.gen.ts';
import { useText } from '../../text/language.ts';
import { toast } from '../../ui/toast.tsx';
import { endpoint, endpoints } from './queries.ts';

/** All changes of one endpoint, and what is read again after them. */
export function useEndpointChanges(id: string, onDeleted: () => void) {
  const { webhooks: texts } = useText();
  const queries = useQueryClient();
  const path = { id };
  const readAgain = (): Promise<void> => queries.invalidateQueries(endpoints);
  const testing = useMutation({ mutationFn: () => testWebhookEndpoint({ path }) });
  const switching = useMutation({
    mutationFn: (isActive: boolean) => updateWebhookEndpoint({ path, body: { is_active: isActive } }),
    onSuccess: readAgain,
  });
  const rotating = useMutation({
    mutationFn: (seconds: number) => rotateWebhookSecret({ path, body: { keep_old_seconds: seconds } }),
  });
  const recovering = useMutation({
    mutationFn: (since: string) => recoverWebhookEndpoint({ path, body: { since } }),
    onSuccess: async ({ recovered }) => {
      toast(texts.recovered(recovered));
      await queries.invalidateQueries();
    },
  });
  const deleting = useMutation({
    mutationFn: () => deleteWebhookEndpoint({ path }),
    onSuccess: async () => {
      queries.removeQueries(endpoint(id));
      onDeleted();
      await readAgain();
    },
  });
  return { testing, switching, rotating, recovering, deleting };
}
