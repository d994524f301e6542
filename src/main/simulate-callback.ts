import { parseUuid } from '../shared/ids.js';
import { API_PREFIX } from '../platform/http/api-prefix.js';
import { StartupError } from '../platform/startup-error.js';
import { SIMULATED_EVENTS, SimulatedPost } from '../modules/gateways/gateways.public.js';
import type { Command } from './command-line.js';
import { withTools } from './commands.js';

const PATH = `/${API_PREFIX}/gateways/bank-simulator/callbacks`;

/** Lets the simulated bank tell the running service something of a payout, as a bank would: signed, over HTTP. */
export const simulateCallback: Command = (config, { payout, event: wanted, url }, say) =>
  withTools(config, async (tools) => {
    const id = parseUuid(payout ?? '');
    if (id === null) throw new StartupError('--payout takes the payout’s id, a UUID.');
    const event = SIMULATED_EVENTS.find((candidate) => candidate === wanted);
    if (event === undefined) throw new StartupError(`--event takes one of ${SIMULATED_EVENTS.join(', ')}.`);
    const callback = await tools.get(SimulatedPost, { strict: false }).write(id, event);
    if (callback === null) throw new StartupError(`The simulated bank has no transfer for the payout ${id}.`);
    const address = `${url ?? `http://127.0.0.1:${config.port}`}${PATH}`;
    const headers = callback.headers as Record<string, string>;
    const answer = await fetch(address, { method: 'POST', headers, body: new Uint8Array(callback.body) }).catch(() => {
      throw new StartupError(`Nothing answers at ${address}. Start the service, or name another one with --url.`);
    });
    say(`${address} answered ${answer.status}: ${await answer.text()}`);
    return answer.ok ? 0 : 1;
  });
