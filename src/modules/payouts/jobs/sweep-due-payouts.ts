import { dueSweeps } from '../../../platform/orders/orders.public.js';
import { ConfiguredRecovery } from '../../gateways/gateways.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { duePayoutJob } from './payout-jobs.js';

export const payoutSweeps = dueSweeps('payouts', { reader: PayoutReader, plan: ConfiguredRecovery }, duePayoutJob);
