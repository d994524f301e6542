import { Availability } from '../../src/modules/gateways/domain/availability.js';
import type { Bahi } from './bahi.js';

/** @param seconds until it is half open; null closes it */
export async function openBreaker({ psql }: Bahi, gateway: string, seconds: number | null): Promise<void> {
  await psql.query(
    `INSERT INTO gateway_states (gateway, open_until, openings) VALUES ($1, now() + make_interval(secs => $2), 1)
     ON CONFLICT (gateway) DO UPDATE SET open_until = excluded.open_until, openings = 1, trial_order = NULL,
       trial_until = NULL, updated_at = now()`,
    [gateway, seconds],
  );
}

/** Half opens the breaker for all processes; the service in this process knows at once. */
export async function halfOpenBreaker(bahi: Bahi, gateway: string): Promise<void> {
  await openBreaker(bahi, gateway, -10);
  await bahi.service.get(Availability).refresh();
}
