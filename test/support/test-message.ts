import type { Answer, Client } from './client.js';
import { until } from './wait-for.js';

/** Sends a test message to a webhook endpoint as soon as the merchant's limit allows it. */
export async function sendTestMessage(api: Client, endpointId: string): Promise<Answer> {
  let answer: Answer | undefined;
  await until('a test message may be sent', async () => {
    answer = await api.post(`/webhook-endpoints/${endpointId}/test`);
    return answer.status !== 429;
  });
  return answer!;
}
