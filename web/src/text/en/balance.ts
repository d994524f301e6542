export const balance = {
  available: 'Available',
  availableMeaning: 'Free to be paid out',
  held: 'Held',
  heldMeaning: 'Promised to payouts and refunds under way',
  total: 'Total',
  totalMeaning: 'Available and held together',
  asOf: 'From the ledger as of',
};
