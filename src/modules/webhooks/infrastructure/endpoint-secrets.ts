import type { Sealer } from '../../../platform/sealing/sealing.public.js';

/** Whose secrets they are; `ownerId` as the column has it. */
export interface SecretOwner {
  readonly ownerId: string;
  readonly endpointId: string;
}

/** To what a secret belongs: in the row of another endpoint, or of another merchant, it cannot be opened. */
export function rowOf({ ownerId, endpointId }: SecretOwner): string {
  return `${ownerId}/${endpointId}`;
}

/**
 * Those that sign, the newest first. One whose key is missing does not keep the other from signing.
 * @throws DataKeyUnknown when none of them can be opened
 */
export function openSecrets(sealer: Sealer, owner: SecretOwner, sealed: readonly (string | null)[]): string[] {
  const given = sealed.filter((secret) => secret !== null);
  const readable = given.filter((secret) => sealer.knows(secret));
  return (readable.length === 0 ? given : readable).map((secret) => sealer.open(secret, rowOf(owner)));
}
