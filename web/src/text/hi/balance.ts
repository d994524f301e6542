import type { Catalogue } from '../catalogue.ts';

export const balance: Catalogue['balance'] = {
  available: 'उपलब्ध',
  availableMeaning: 'भुगतान के लिए मुक्त',
  held: 'रोका गया',
  heldMeaning: 'चल रहे पेआउट और रिफ़ंड के लिए',
  total: 'कुल',
  totalMeaning: 'उपलब्ध और रोका गया मिलाकर',
  daily: 'आया और गया, पिछले 30 दिन',
  chartLabel: 'पिछले 30 दिनों में हर दिन आया और गया पैसा, भारतीय समय',
  view: 'रूप',
  still: 'इन दिनों में कुछ नहीं चला',
  stillLead: 'कोई भुगतान लें, वह तुरंत यहाँ दिखेगा।',
  chart: 'चार्ट',
  table: 'तालिका',
  in: 'आया',
  out: 'गया',
  day: 'भारत में दिन',
  closing: 'दिन के अंत में शेष',
  asOf: 'लेजर के अनुसार, समय',
};
