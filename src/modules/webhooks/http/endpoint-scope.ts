import { Forbidden, type Principal, ValidationFailed } from '../../../platform/http/http.public.js';
import { ANYBODY, type EndpointOwner } from '../domain/webhook-endpoints.js';

/** Whose events an endpoint receives: those of its merchant, or, as operators alone may say it, of all merchants. */
export const SCOPES = ['merchant', 'all_merchants'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * Whose a new endpoint is. One for all merchants is never made because somebody has forgotten to name one.
 * @param named the merchant; null: an operator has named none
 * @returns null: the operators'
 * @throws Forbidden, ValidationFailed
 */
export function newOwner(caller: Principal, named: string | null, scope: Scope | null = null): string | null {
  if (scope === 'all_merchants') return operatorsOwn(caller, named);
  if (named !== null) return named;
  throw invalid('#/scope', 'Name the merchant (X-Merchant-Id), or say that it is for all: "scope": "all_merchants".');
}

/** Whose endpoints a list shows. @throws Forbidden, ValidationFailed */
export function listedOwner(caller: Principal, named: string | null, scope: Scope | null = null): EndpointOwner {
  return scope === 'all_merchants' ? operatorsOwn(caller, named) : (named ?? ANYBODY);
}

function operatorsOwn({ kind }: Principal, named: string | null): null {
  if (kind === 'merchant') throw new Forbidden('Endpoints for all merchants are the operators’.');
  if (named !== null) throw invalid('#/scope', 'Either name a merchant, or say that it is for all of them.');
  return null;
}

function invalid(pointer: string, detail: string): ValidationFailed {
  return new ValidationFailed([{ pointer, detail }]);
}
