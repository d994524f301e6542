import type { Sealer } from '../../../platform/sealing/sealing.public.js';

/** The owner of secrets; `ownerId` is the value of the column `merchant_id`. */
export interface SecretOwner {
  readonly ownerId: string;
  readonly endpointId: string;
}

/** Binds a secret to its row: in the row of another endpoint, or of another merchant, it cannot be opened. */
export function rowOf({ ownerId, endpointId }: SecretOwner): string {
  return `${ownerId}/${endpointId}`;
}

/**
 * The secrets that sign, the newest first. If the key of one is missing, the other still signs.
 * @throws DataKeyUnknown when none of them can be opened
 */
export function openSecrets(sealer: Sealer, owner: SecretOwner, sealed: readonly (string | null)[]): string[] {
  const given = sealed.filter((secret) => secret !== null);
  const readable = given.filter((secret) => sealer.knows(secret));
  return (readable.length === 0 ? given : readable).map((secret) => sealer.open(secret, rowOf(owner)));
}
