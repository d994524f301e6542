import { Injectable, Logger } from '@nestjs/common';
import type { Origin } from '../../../shared/origin.js';
import { unknownBecause } from '../domain/parse-bank-answer.js';
import { providerEndingFrom, providerInquiryEndingFrom, quoteFrom } from '../domain/parse-provider-answer.js';
import type {
  Charge,
  PaymentGateway,
  ProviderEnding,
  ProviderInquiryEnding,
  ProviderReference,
  Quote,
  RefundOrder,
} from '../domain/payment-gateway.js';
import {
  call,
  type CallFrame,
  type GatewayCall,
  type GatewayCallEnded,
  submissionOf,
  type Submitter,
} from './gateway-call.js';
import type { Callback, ProviderAnswer } from '../gateways.language.js';

type Ask<Answer> = (gateway: PaymentGateway, signal: AbortSignal) => Promise<Answer>;

/**
 * The enabled payment providers, and the only way to call one; the counterpart of `BankGateways`.
 *
 * Every call ends within the time-out, never throws, and gives an ending that is in order. What is no clear answer is
 * `unknown`, never a failure: docs/adr/0004.
 */
@Injectable()
export class PaymentGateways implements CallFrame {
  readonly logger = new Logger(PaymentGateways.name);
  private readonly gateways: ReadonlyMap<string, PaymentGateway>;

  constructor(
    gateways: readonly PaymentGateway[],
    readonly timeoutSeconds: number,
    readonly ended: (call: GatewayCallEnded) => void = () => undefined,
  ) {
    this.gateways = new Map(gateways.map((gateway) => [gateway.name, gateway]));
  }

  /** In the order of `GATEWAYS`. There may be none: then no payment is taken. */
  get all(): readonly Pick<PaymentGateway, 'name' | 'capabilities'>[] {
    return [...this.gateways.values()];
  }

  /** What an enabled provider declares of itself, or null: a payment may outlive its provider. */
  get(name: string): Pick<PaymentGateway, 'name' | 'capabilities'> | null {
    return this.gateways.get(name) ?? null;
  }

  /** Those that charge in this currency, in the order of `GATEWAYS`. */
  takers(currency: string): string[] {
    return this.all.filter(({ capabilities }) => capabilities.currencies.includes(currency)).map(({ name }) => name);
  }

  /** Those that may take a charge or a refund: of what a provider has already, or may have, that one only. */
  candidatesFor({ gateway, currency }: { readonly gateway: string | null; readonly currency: string }): string[] {
    if (gateway === null) return this.takers(currency);
    return this.gateways.has(gateway) ? [gateway] : [];
  }

  /** @returns null when the provider names no rate now; nothing was charged */
  async quote(name: string, reference: string, currency: string, origin: Origin | null = null): Promise<Quote | null> {
    const call = { gateway: name, what: 'quote', about: 'payment', reference, origin } as const;
    const ending = await this.call(call, async (gateway, signal) => {
      const quote = quoteFrom(await gateway.quote(currency, signal));
      return quote === null ? unknownBecause('its rate is malformed') : { kind: 'succeeded' as const, quote };
    });
    return ending.kind === 'succeeded' ? ending.quote : null;
  }

  /** Asks the provider to charge. The caller has committed that it is about to: from here on it may have. */
  charge(name: string, charge: Charge, by: Submitter | null = null): Promise<ProviderEnding> {
    const call = submissionOf('payment', name, charge.reference, by);
    return this.call(call, async (gateway, signal) => providerEndingFrom(await gateway.charge(charge, signal), charge));
  }

  /**
   * Asks what became of a charge. What the provider has under the reference with another amount or currency is no
   * answer: `unknown`, with `isAnother`.
   * @param of as it was submitted
   */
  inquireCharge(name: string, of: ProviderReference, origin: Origin | null = null): Promise<ProviderInquiryEnding> {
    const call = { gateway: name, what: 'inquiry', about: 'payment', reference: of.reference, origin } as const;
    return this.inquire(call, of, (gateway, signal) => gateway.inquireCharge(of, signal));
  }

  /** Asks the provider to give money back. As with a charge, the caller has committed that it is about to. */
  refund(name: string, order: RefundOrder, by: Submitter | null = null): Promise<ProviderEnding> {
    const call = submissionOf('refund', name, order.reference, by);
    return this.call(call, async (gateway, signal) => providerEndingFrom(await gateway.refund(order, signal), order));
  }

  /** Asks what became of a refund; as above. */
  inquireRefund(name: string, of: ProviderReference, origin: Origin | null = null): Promise<ProviderInquiryEnding> {
    const call = { gateway: name, what: 'inquiry', about: 'refund', reference: of.reference, origin } as const;
    return this.inquire(call, of, (gateway, signal) => gateway.inquireRefund(of, signal));
  }

  /** @returns null when there is no such provider, or it sends no callbacks @throws CallbackRefused, and others */
  async parseCallback(
    name: string,
    callback: Callback,
  ): Promise<Awaited<ReturnType<PaymentGateway['parseCallback']>> | null> {
    const gateway = this.gateways.get(name);
    return gateway?.capabilities.sendsCallbacks ? gateway.parseCallback(callback) : null;
  }

  private inquire(call: GatewayCall, of: ProviderReference, ask: Ask<unknown>) {
    return this.call(call, async (gateway, signal) =>
      gateway.capabilities.canBeInquired
        ? providerInquiryEndingFrom(await ask(gateway, signal), of)
        : unknownBecause(`${call.gateway} cannot be asked; only its callback, or a person, can say`),
    );
  }

  private call<Ending extends { readonly kind: ProviderAnswer['kind'] }>(about: GatewayCall, ask: Ask<Ending>) {
    const gateway = this.gateways.get(about.gateway);
    return call<Ending>(this, about, gateway === undefined ? null : (signal) => ask(gateway, signal));
  }
}
