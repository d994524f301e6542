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
 * Every call ends within the time-out, never throws, and returns a valid ending. Anything but a clear answer is
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

  /** In the order of `GATEWAYS`. If there are none, no payment is accepted. */
  get all(): readonly Pick<PaymentGateway, 'name' | 'capabilities'>[] {
    return [...this.gateways.values()];
  }

  /** What an enabled provider declares of itself; null if it is not enabled: a payment may outlive its provider. */
  get(name: string): Pick<PaymentGateway, 'name' | 'capabilities'> | null {
    return this.gateways.get(name) ?? null;
  }

  /** The providers that charge in this currency, in the order of `GATEWAYS`. */
  takers(currency: string): string[] {
    return this.all.filter(({ capabilities }) => capabilities.currencies.includes(currency)).map(({ name }) => name);
  }

  /** The providers that may take a charge or a refund. If one of them has it already, or may have it, only that one. */
  candidatesFor({ gateway, currency }: { readonly gateway: string | null; readonly currency: string }): string[] {
    if (gateway === null) return this.takers(currency);
    return this.gateways.has(gateway) ? [gateway] : [];
  }

  /** @returns null when the provider gives no valid rate now; nothing was charged */
  async quote(
    name: string,
    { reference, currency }: { readonly reference: string; readonly currency: string },
    origin: Origin | null = null,
  ): Promise<Quote | null> {
    const call = { gateway: name, what: 'quote', about: 'payment', reference, origin } as const;
    const ending = await this.call(call, async (gateway, signal) => {
      const quote = quoteFrom(await gateway.quote(currency, signal));
      return quote === null ? unknownBecause('its rate is malformed') : { kind: 'succeeded' as const, quote };
    });
    return ending.kind === 'succeeded' ? ending.quote : null;
  }

  /** Asks the provider to charge. The caller has already committed the attempt: from here on money may have moved. */
  charge(name: string, charge: Charge, by: Submitter | null = null): Promise<ProviderEnding> {
    const call = submissionOf({ about: 'payment', gateway: name, reference: charge.reference, by });
    return this.call(call, async (gateway, signal) => providerEndingFrom(await gateway.charge(charge, signal), charge));
  }

  /**
   * Asks what became of a charge. If the provider has another amount or currency under the reference, the ending is
   * `unknown`, with `isAnother`.
   * @param of as it was submitted
   */
  inquireCharge(name: string, of: ProviderReference, origin: Origin | null = null): Promise<ProviderInquiryEnding> {
    const call = { gateway: name, what: 'inquiry', about: 'payment', reference: of.reference, origin } as const;
    return this.inquire(call, of, (gateway, signal) => gateway.inquireCharge(of, signal));
  }

  /** Asks the provider to give money back. As with a charge, the caller has already committed the attempt. */
  refund(name: string, order: RefundOrder, by: Submitter | null = null): Promise<ProviderEnding> {
    const call = submissionOf({ about: 'refund', gateway: name, reference: order.reference, by });
    return this.call(call, async (gateway, signal) => providerEndingFrom(await gateway.refund(order, signal), order));
  }

  /** Asks what became of a refund, as {@link inquireCharge} does of a charge. */
  inquireRefund(name: string, of: ProviderReference, origin: Origin | null = null): Promise<ProviderInquiryEnding> {
    const call = { gateway: name, what: 'inquiry', about: 'refund', reference: of.reference, origin } as const;
    return this.inquire(call, of, (gateway, signal) => gateway.inquireRefund(of, signal));
  }

  /**
   * @returns null when there is no such provider, or it sends no callbacks
   * @throws CallbackRefused, and whatever else the adapter throws
   */
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
