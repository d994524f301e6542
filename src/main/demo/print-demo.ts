import { formatPaise } from '../../shared/money.js';
import type { WebhookSettings } from '../../modules/webhooks/webhooks.public.js';
import { DEMO_MERCHANTS, DEMO_OPERATOR } from './demo-merchants.js';

/** For a person who has just started Bahi: the keys, and commands to paste. */
export function printDemo(
  url: string,
  { allowLoopback }: Pick<WebhookSettings, 'allowLoopback'>,
  print: (line: string) => void,
): void {
  const [acme] = DEMO_MERCHANTS;
  const charge = JSON.stringify({ amount: 12_001, currency: 'USD', purpose_code: 'P0802' });
  const body = JSON.stringify({ amount_paise: 900_000, bank_account_id: acme!.accountIds[0] });
  print(`  operator key        ${DEMO_OPERATOR.key}`);
  for (const { name, key, balancePaise } of DEMO_MERCHANTS) {
    print(`  ${name.padEnd(18)}  ${key}   (starts with ${formatPaise(balancePaise)})`);
  }
  print('');
  const json = "-H 'Content-Type: application/json'";
  const key = `-H 'Authorization: Api-Key ${acme!.key}'`;
  const once = `-H "Idempotency-Key: $(date +%s%N)"`;
  print('Receive $120.01 from abroad, pay ₹9,000.00 of it out to a bank account, and look at both:');
  print('');
  print(`curl -s -X POST ${url}/api/v1/payments ${key} ${once} ${json} -d '${charge}'; echo; sleep 1; \\`);
  print(`curl -s -X POST ${url}/api/v1/payouts ${key} ${once} ${json} -d '${body}'; echo; sleep 1; \\`);
  print(`curl -s '${url}/api/v1/payments?limit=1' ${key}; echo; curl -s '${url}/api/v1/payouts?limit=1' ${key}; echo`);
  print('');
  print('Follow the events of Acme Agency. Add --forward-to URL to forward them to your own server:');
  print('');
  print(`npm run bahi -- listen --key ${acme!.key} --url ${url}`);
  print('');
  if (allowLoopback) {
    const hook = JSON.stringify({ url: 'http://127.0.0.1:3000/hook' });
    print('Send events to your own server on port 3000 (the answer shows the secret that signs them):');
    print('');
    print(`curl -s -X POST ${url}/api/v1/webhook-endpoints ${key} ${json} -d '${hook}'; echo`);
  } else {
    print(
      'To try webhooks with a server on this machine, start with WEBHOOK_ALLOW_LOOPBACK=1 (production refuses it).',
    );
  }
  print('');
}
