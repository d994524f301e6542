import { API_PREFIX, HttpSettings } from '../../platform/http/http.public.js';
import { StartupError } from '../../platform/config/config.public.js';
import { type Command, withMigrated } from './command.js';
import { AllSimulatedWebhooks } from '../../modules/simulators/simulators.public.js';

/** Which gateway reports on what. */
const GATEWAYS = { payout: 'bank-simulator', payment: 'payment-simulator', refund: 'payment-simulator' } as const;

/** Lets a simulator call the running service back, as a bank or a provider would: signed, over HTTP. */
export const simulateCallback: Command<'simulate-callback'> = (config, { subject, id, event, url }, print) =>
  withMigrated(config, async (tools) => {
    const gateway = GATEWAYS[subject];
    const webhooks = tools
      .get(AllSimulatedWebhooks, { strict: false })
      .all.find((candidate) => candidate.gateway === gateway);
    const callback = await webhooks!.compose(id, event);
    if (callback === null) throw new StartupError(`${gateway} has nothing to tell of the ${subject} ${id}: ${event}.`);
    const address = `${url ?? `http://127.0.0.1:${config.get(HttpSettings).port}`}/${API_PREFIX}/gateways/${gateway}/callbacks`;
    const headers = callback.headers as Record<string, string>;
    const answer = await fetch(address, { method: 'POST', headers, body: new Uint8Array(callback.body) }).catch(() => {
      throw new StartupError(`Nothing answers at ${address}. Start the service, or name another one with --url.`);
    });
    print(`${address} answered ${answer.status}: ${await answer.text()}`);
    return answer.ok ? 0 : 1;
  });
