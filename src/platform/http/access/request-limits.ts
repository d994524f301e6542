import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Quota, RateLimits, type Taken } from '../../rate-limits/rate-limits.js';
import { RateLimitSettings } from '../../rate-limits/rate-limits.settings.js';
import type { Principal } from './principal.js';
import { RateLimited } from '../problems/refusals.js';

const READING = new Set(['GET', 'HEAD']);

/**
 * How many requests of one kind a caller may send, and how the headers name this
 * (draft-ietf-httpapi-ratelimit-headers-10).
 */
interface Allowance {
  readonly names: readonly string[];
  readonly quotas: readonly Quota[];
  readonly policy: string;
}

/** Limits the requests of each key and of each merchant, reads and writes separately. Never waits for anything. */
@Injectable()
export class RequestLimits {
  /** Kept for as long as the authenticator keeps the principal of a key, which has its own limits. */
  private readonly known = new WeakMap<Principal, { readonly reads: Allowance; readonly writes: Allowance }>();

  constructor(
    private readonly limits: RateLimits,
    private readonly settings: RateLimitSettings,
  ) {}

  /** @returns the refusal, if there is one */
  take(request: FastifyRequest, reply: FastifyReply, principal: Principal): RateLimited | undefined {
    const { names, quotas, policy } = this.allowanceOf(principal)[READING.has(request.method) ? 'reads' : 'writes'];
    const taken = this.limits.take(quotas);
    reply.header('ratelimit-policy', policy);
    reply.header('ratelimit', standing(names, taken));
    if (taken.admitted) return undefined;
    const used = quotas[taken.left.findIndex((left) => left === 0)]!;
    const who = used.subject.startsWith('key:') ? 'This key' : 'This merchant';
    const kind = used.subject.slice(used.subject.lastIndexOf(':') + 1);
    return new RateLimited(`${who} may send ${used.perSecond} ${kind} per second.`, taken.resetSeconds);
  }

  /** How many requests a key may send in a second. */
  perSecond(principal: Principal): { readonly reads: number; readonly writes: number } {
    const { reads, writes } = this.allowanceOf(principal);
    return { reads: reads.quotas[0]!.perSecond, writes: writes.quotas[0]!.perSecond };
  }

  private allowanceOf(principal: Principal): { readonly reads: Allowance; readonly writes: Allowance } {
    let allowance = this.known.get(principal);
    if (allowance === undefined) {
      const { keyReads, reads, keyWrites, writes } = this.settings;
      // A merchant's own limit also applies to each of its keys.
      const own = principal.kind === 'merchant' ? principal.limits : undefined;
      allowance = {
        reads: allowanceOf(principal, 'reads', { key: own?.reads ?? keyReads, merchant: own?.reads ?? reads }),
        writes: allowanceOf(principal, 'writes', { key: own?.writes ?? keyWrites, merchant: own?.writes ?? writes }),
      };
      this.known.set(principal, allowance);
    }
    return allowance;
  }
}

function allowanceOf(
  principal: Principal,
  kind: 'reads' | 'writes',
  perSecond: { readonly key: number; readonly merchant: number },
): Allowance {
  const key = { subject: `key:${principal.keyId}:${kind}`, perSecond: perSecond.key };
  const quotas =
    principal.kind === 'operator'
      ? [key]
      : [key, { subject: `merchant:${principal.merchantId}:${kind}`, perSecond: perSecond.merchant }];
  const names = quotas.map(({ subject }) => `"${subject.slice(0, subject.indexOf(':'))}-${kind}"`);
  return { names, quotas, policy: names.map((name, i) => `${name};q=${quotas[i]!.perSecond};w=1`).join(', ') };
}

function standing(names: readonly string[], { left, resetSeconds }: Taken): string {
  return names.map((name, i) => `${name};r=${left[i]};t=${resetSeconds}`).join(', ');
}
