/** The currencies in which payers can be charged, as `POST /payments` takes them. */
export const CURRENCIES = ['INR', 'USD', 'EUR', 'GBP', 'AED', 'SGD', 'JPY', 'KWD'] as const;
