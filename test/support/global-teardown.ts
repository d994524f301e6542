import { servers } from './global-setup.js';

export default async function globalTeardown(): Promise<void> {
  for (const server of servers) await server.stop();
}
