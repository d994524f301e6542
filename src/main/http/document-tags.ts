import type { DocumentTag } from '../../platform/http/http.public.js';

/** The groups of endpoints as `/docs` shows them: what a merchant does first, then what operators do. */
export const DOCUMENT_TAGS: readonly DocumentTag[] = [
  { name: 'Payouts', description: 'Money out: to bank accounts and VPAs, with what each bank has said about it.' },
  { name: 'Bank accounts', description: 'Where a merchant’s money may go.' },
  { name: 'Payments', description: 'Money in: what payers at home and abroad are charged.' },
  { name: 'Refunds', description: 'Money back to payers, all of a payment or a part of it.' },
  { name: 'Events', description: 'What has happened to payouts, payments and refunds, numbered without gaps.' },
  { name: 'Webhooks', description: 'Where events are sent, and what became of each.' },
  { name: 'Ledger', description: 'The book of a merchant: its balance, its entries, and what was found in it.' },
  { name: 'Merchants', description: 'Who may call: merchants, their keys, and whose key this is.' },
  {
    name: 'Gateways',
    description: 'The banks and the payment providers, which of them is chosen, and their callbacks.',
  },
  { name: 'Operations', description: 'What waits for a person, and how the service is doing.' },
  { name: 'Service', description: 'For load balancers and monitoring. They need no API key.' },
];
