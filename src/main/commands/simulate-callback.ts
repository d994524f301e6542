import { API_PREFIX, HttpSettings } from '../../platform/http/http.public.js';
import { StartupError } from '../../platform/config/config.public.js';
import { type Command, withMigrated } from './command.js';
import type { Callback } from '../../modules/gateways/gateways.language.js';
import { AllSimulatedWebhooks } from '../../modules/simulators/simulators.public.js';

/** Which gateway reports on which kind of order. */
const GATEWAYS = { payout: 'bank-simulator', payment: 'payment-simulator', refund: 'payment-simulator' } as const;

/** Makes a simulator call back the running service as a bank or a provider would: signed, over HTTP. */
export const simulateCallback: Command<'simulate-callback'> = (config, { subject, id, event, url }, print) =>
  withMigrated(config, async (context) => {
    const gateway = GATEWAYS[subject];
    const webhooks = context
      .get(AllSimulatedWebhooks, { strict: false })
      .all.find((candidate) => candidate.gateway === gateway);
    const callback = await webhooks!.compose(id, event);
    if (callback === null)
      throw new StartupError(`${gateway} cannot report this about the ${subject} ${id}: ${event}.`);
    const service = url?.replace(/\/+$/, '') ?? `http://127.0.0.1:${config.get(HttpSettings).port}`;
    const address = `${service}/${API_PREFIX}/gateways/${gateway}/callbacks`;
    const { status, text } = await posted(address, callback);
    print(`${address} answered ${status}: ${text}`);
    return status < 300 ? 0 : 1;
  });

/** The time for which a bank waits for an answer. */
const ANSWER_MS = 10_000;

/** @throws StartupError when nothing answers in time */
async function posted(
  address: string,
  { headers, body }: Callback,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: new Uint8Array(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    // The service may still be working on it.
    if (error instanceof DOMException && error.name === 'TimeoutError')
      throw new StartupError(
        `${address} has not answered within ten seconds. It may have accepted the callback all the same; you may ` +
          'post it again.',
      );
    throw new StartupError(`Nothing answers at ${address}. Start the service, or name another one with --url.`);
  }
}
