import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DataKeyUnknown, Sealer } from '../../../platform/sealing/sealing.public.js';
import { openSecrets, rowOf } from './endpoint-secrets.js';

const OWNER = { ownerId: 'merchant-1', endpointId: 'endpoint-1' };
const here = new Sealer([randomBytes(32)]);
const elsewhere = new Sealer([randomBytes(32)]);

describe('the secrets of an endpoint', () => {
  it('are opened in its row alone: not for another merchant, nor for another endpoint', () => {
    const sealed = here.seal('whsec_a', rowOf(OWNER));
    expect(openSecrets(here, OWNER, [sealed, null])).toEqual(['whsec_a']);
    for (const other of [{ ownerId: 'merchant-2' }, { endpointId: 'endpoint-2' }])
      expect(() => openSecrets(here, { ...OWNER, ...other }, [sealed, null])).toThrow(/authenticate/);
  });

  it('sign as far as there are keys for them', () => {
    const now = here.seal('now', rowOf(OWNER));
    const before = elsewhere.seal('before', rowOf(OWNER));
    expect(openSecrets(here, OWNER, [now, before])).toEqual(['now']);
    expect(openSecrets(elsewhere, OWNER, [now, before])).toEqual(['before']);
    expect(() => openSecrets(here, OWNER, [before, null])).toThrow(DataKeyUnknown);
  });
});
