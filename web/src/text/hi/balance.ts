import type { Catalogue } from '../catalogue.ts';

export const balance: Catalogue['balance'] = {
  available: 'उपलब्ध',
  availableMeaning: 'भुगतान के लिए मुक्त',
  held: 'रोका गया',
  heldMeaning: 'चल रहे पेआउट और रिफ़ंड के लिए',
  total: 'कुल',
  totalMeaning: 'उपलब्ध और रोका गया मिलाकर',
  asOf: 'लेजर के अनुसार, समय',
};
