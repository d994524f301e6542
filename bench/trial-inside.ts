import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Waits } from './chaos-waits.js';
import { EVIL_HOSTS } from './evil-hosts.js';
import { makeMerchants, payoutOf } from './merchants.js';
import { PatientClient } from './patient-client.js';
import { ServiceProcess } from './processes.js';
import type { Place } from './temporary-server.js';
import { addEndpoint, SETTINGS } from './trial-customers.js';

/**
 * Checks that nothing connects to endpoints on internal addresses, which were entered past the check.
 * @returns what is wrong
 */
export async function nothingInside(place: Place, waits: Waits, print: (line: string) => void): Promise<string[]> {
  let connections = 0;
  const canary = createServer((socket: Socket) => {
    connections++;
    socket.destroy();
  });
  // On all addresses of this machine, IPv4 and IPv6.
  canary.listen(0);
  await once(canary, 'listening');
  const { port } = canary.address() as AddressInfo;
  const api = await ServiceProcess.start('api', { ...place.environment, ...SETTINGS });
  const client = new PatientClient(api.port);
  const perMerchant = 16;
  const merchants = await makeMerchants(place, Math.ceil(EVIL_HOSTS.length / perMerchant));
  for (const [i, host] of EVIL_HOSTS.entries()) {
    const merchant = merchants[Math.floor(i / perMerchant)]!;
    const { id } = await addEndpoint(client, merchant, `http://127.0.0.1:${port}/`);
    const values = [id, `https://${host}:${port}/`];
    await place.superuser.query('UPDATE webhook_endpoints SET url = $2 WHERE id = $1', values);
  }
  const worker = await ServiceProcess.start('worker', {
    ...{ ...place.environment, ...SETTINGS, WEBHOOK_ALLOW_LOOPBACK: '0' },
  });
  for (const [i, merchant] of merchants.entries()) {
    const { body } = payoutOf(merchant);
    await client.order(merchant, '/payouts', JSON.parse(body!) as object, `evil-${i}`);
  }
  const refused = async (): Promise<string | null> => {
    const [row] = await place.superuser.query<{ count: number }>(
      `SELECT count(DISTINCT endpoint_id)::integer AS count FROM webhook_attempts
       WHERE failure = 'The url must lead to a public address.' AND NOT is_delivered`,
    );
    return row!.count === EVIL_HOSTS.length ? null : `${EVIL_HOSTS.length - row!.count} of ${EVIL_HOSTS.length}`;
  };
  await waits.surely('addresses that lead inside to be refused', refused, 120_000);
  await Promise.all([worker.stop(), api.stop()]);
  canary.close();
  print(`${EVIL_HOSTS.length} addresses that lead inside: ${connections} connections`);
  return connections === 0 ? [] : [`${connections} connections were made to addresses that lead inside`];
}
