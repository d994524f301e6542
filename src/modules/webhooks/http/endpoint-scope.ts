import { Forbidden, type Principal, ValidationFailed } from '../../../platform/http/http.public.js';
import { ANYBODY, type EndpointOwner } from '../domain/webhook-endpoints.js';

/** Whose events an endpoint receives: those of its merchant or, which only operators may choose, of all merchants. */
export const SCOPES = ['merchant', 'all_merchants'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * The owner of a new endpoint. An endpoint for all merchants must be asked for, so that none is made because an
 * operator has forgotten to name a merchant.
 * @param named the merchant; null: an operator has named none
 * @returns null: the operators'
 * @throws Forbidden, ValidationFailed
 */
export function newOwner(caller: Principal, named: string | null, scope: Scope | null = null): string | null {
  if (scope === 'all_merchants') return operatorsOwn(caller, named);
  if (named !== null) return named;
  throw invalid('#/scope', 'Name the merchant (X-Merchant-Id), or ask for all of them: "scope": "all_merchants".');
}

/** The owner whose endpoints a list shows. @throws Forbidden, ValidationFailed */
export function listedOwner(caller: Principal, named: string | null, scope: Scope | null = null): EndpointOwner {
  return scope === 'all_merchants' ? operatorsOwn(caller, named) : (named ?? ANYBODY);
}

function operatorsOwn({ kind }: Principal, named: string | null): null {
  if (kind === 'merchant') throw new Forbidden('Only operators may have endpoints for all merchants.');
  if (named !== null) throw invalid('#/scope', 'Either name a merchant or ask for all of them, not both.');
  return null;
}

function invalid(pointer: string, detail: string): ValidationFailed {
  return new ValidationFailed([{ pointer, detail }]);
}
