import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { type CallbackKey, type Wake, Wakes } from '../../gateways/gateways.public.js';
import { ProcessPayment } from '../application/process-payment.js';
import { ProcessRefund } from '../application/process-refund.js';
import { ProcessProviderCallback } from '../application/process-provider-callback.js';
import type { PaymentJobData } from './payment-jobs.js';

/**
 * Takes payments and refunds a step further, wakes those that wait, and acts on callbacks. A job that fails is not repeated here: what is due
 * is the database's to say.
 */
@Processor('payments')
export class PaymentsProcessor extends WorkerHost {
  constructor(
    private readonly wakes: Wakes,
    private readonly processPayment: ProcessPayment,
    private readonly processRefund: ProcessRefund,
    private readonly processCallback: ProcessProviderCallback,
  ) {
    super();
  }

  async process({ name, data }: Job<PaymentJobData | CallbackKey | Wake>): Promise<void> {
    if (name === 'callback') return this.processCallback.execute(data as CallbackKey);
    if (name === 'wake') return this.wakes.execute('payments', data as Wake);
    const { merchantId, paymentId, refundId, origin } = data as PaymentJobData;
    if (refundId === undefined) return this.processPayment.execute({ merchantId, paymentId }, origin);
    await this.processRefund.execute({ merchantId, paymentId, refundId }, origin);
  }
}
