import { once } from 'node:events';
import { createServer } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { StartupError } from '../../config/startup-error.js';
import type { HttpSettings } from '../http.settings.js';

/** Where a server listens. */
export interface Address extends Pick<HttpSettings, 'port' | 'host'> {
  /** The variable that sets the port, if it is not PORT. */
  readonly variable?: string;
}

/**
 * Starts listening.
 * @returns the address, such as `http://127.0.0.1:8000`
 * @throws StartupError when the port cannot be used
 */
export async function listen(app: NestFastifyApplication, address: Address): Promise<string> {
  try {
    await app.listen(address.port, address.host);
  } catch (error) {
    throw portErrorOf(error, address);
  }
  return app.getUrl();
}

/** @throws StartupError when the port cannot be used */
export async function assertPortFree(address: Address): Promise<void> {
  const { port, host } = address;
  const probe = createServer();
  const listening = once(probe, 'listening');
  probe.listen(port, host);
  try {
    await listening;
  } catch (error) {
    throw portErrorOf(error, address);
  }
  await new Promise((resolve) => probe.close(resolve));
}

function portErrorOf(error: unknown, { port, host, variable = 'PORT' }: Address): unknown {
  const code = String((error as { code?: unknown }).code);
  // The codes of a resolver that finds no address (getaddrinfo); there are many of them.
  if (/^(?:EAI_\w+|ENOTFOUND|EADDRNOTAVAIL|EINVAL)$/.test(code))
    return new StartupError(`HOST=${host} is not an address of this machine. Set HOST to 127.0.0.1 or 0.0.0.0.`);
  switch (code) {
    case 'EADDRINUSE':
      return new StartupError(
        `Port ${port} on ${host} is in use. Stop what listens there, or set ${variable} to another one.`,
      );
    case 'EACCES':
      return new StartupError(`This user may not listen on port ${port}. Set ${variable} to a port above 1023.`);
    default:
      return error;
  }
}
