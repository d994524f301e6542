import { parseUuid } from '../shared/ids.js';
import { API_PREFIX, HttpSettings } from '../platform/http/http.public.js';
import { StartupError } from '../platform/config/config.public.js';
import type { Command } from './command-line.js';
import { withMigrated } from './commands.js';
import { AllSimulatedWebhooks, SIMULATED_EVENTS } from '../modules/simulators/simulators.public.js';

/** Which gateway reports on what. */
const GATEWAYS = { payout: 'bank-simulator', payment: 'payment-simulator', refund: 'payment-simulator' } as const;

/** Lets a simulator call the running service back, as a bank or a provider would: signed, over HTTP. */
export const simulateCallback: Command = (config, { payout, payment, refund, event: wanted, url }, print) =>
  withMigrated(config, async (tools) => {
    const named = Object.entries({ payout, payment, refund }).filter(([, id]) => id !== undefined);
    const [subject, text] = named[0] ?? ['payout', ''];
    const id = parseUuid(text ?? '');
    if (id === null || named.length > 1)
      throw new StartupError('One of --payout, --payment and --refund is needed, with the id, a UUID.');
    const event = SIMULATED_EVENTS.find((candidate) => candidate === wanted);
    if (event === undefined) throw new StartupError(`--event takes one of ${SIMULATED_EVENTS.join(', ')}.`);
    const gateway = GATEWAYS[subject as keyof typeof GATEWAYS];
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
