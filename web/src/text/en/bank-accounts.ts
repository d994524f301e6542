export const bankAccounts = {
  payTo: 'Pay to',
  ending: (last4: string) => `Ending in ${last4}`,
  search: 'Search by name, last four digits or IFSC',
  notFound: 'No active account matches. Register one below.',
  more: (count: number) => `${count} more. Search to narrow them down.`,
  change: 'Change',
  register: 'Register a bank account',
  holder: 'Account holder',
  holderHint: 'As the bank knows them',
  number: 'Account number',
  ifsc: 'IFSC',
  ifscHint: 'Eleven characters, such as HDFC0000001',
  wrong: {
    account_holder_name: 'Enter the holder’s name, at most 120 characters.',
    account_number: 'Enter 5 to 35 digits or letters, without spaces.',
    ifsc: 'Enter four letters, a zero, and six letters or digits.',
  },
};
