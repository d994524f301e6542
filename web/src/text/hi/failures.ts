import type { Catalogue } from '../catalogue.ts';

const LATER = '30 मिनट बाद नया पेआउट करें।';
const ASK_RECIPIENT = 'प्राप्तकर्ता से दूसरा बैंक खाता माँगें, और उसी पर भुगतान करें।';
const CHECK_DETAILS = 'प्राप्तकर्ता से विवरण जाँचें, बैंक खाता फिर से जोड़ें, और उसी पर भुगतान करें।';
const OTHER_METHOD = 'भुगतानकर्ता से भुगतान का दूसरा तरीका माँगें, और नया भुगतान करें।';
const CONTACT_OPERATOR = 'इसका ID देकर ऑपरेटर को बताएँ।';

/** The reason and the next action, by the service's codes. */
export const FAILURES: Readonly<Record<string, readonly [reason: string, nextAction: string]>> = {
  bank_account_closed: ['प्राप्तकर्ता का खाता बंद हो चुका है।', ASK_RECIPIENT],
  bank_account_frozen: ['प्राप्तकर्ता का खाता फ़्रीज़ है।', ASK_RECIPIENT],
  bank_account_invalid: ['प्राप्तकर्ता का ऐसा कोई खाता नहीं है।', CHECK_DETAILS],
  beneficiary_account_dormant: ['प्राप्तकर्ता का खाता निष्क्रिय है।', ASK_RECIPIENT],
  beneficiary_account_invalid: ['प्राप्तकर्ता की खाता संख्या मान्य नहीं है।', CHECK_DETAILS],
  beneficiary_bank_rejected: ['प्राप्तकर्ता के बैंक ने ट्रांसफ़र अस्वीकार किया।', ASK_RECIPIENT],
  beneficiary_name_mismatch: ['प्राप्तकर्ता का नाम इस खाते का नहीं है।', CHECK_DETAILS],
  beneficiary_vpa_invalid: ['ऐसा कोई UPI पता नहीं है।', CHECK_DETAILS],
  invalid_beneficiary: ['बैंक यह प्राप्तकर्ता स्वीकार नहीं करता।', CHECK_DETAILS],
  invalid_ifsc_code: ['प्राप्तकर्ता की शाखा का IFSC मान्य नहीं है।', CHECK_DETAILS],
  mode_not_supported_by_bank: ['प्राप्तकर्ता का बैंक यह माध्यम नहीं लेता।', 'दूसरे माध्यम से नया पेआउट करें।'],
  transaction_limit_exceeded: ['राशि प्राप्तकर्ता के खाते की सीमा से अधिक है।', 'कम राशि भेजें।'],
  beneficiary_bank_failure: ['प्राप्तकर्ता के बैंक में तकनीकी समस्या थी।', LATER],
  beneficiary_bank_offline: ['प्राप्तकर्ता के बैंक की प्रणाली बंद है।', LATER],
  beneficiary_bank_timeout: ['प्राप्तकर्ता के बैंक ने समय पर उत्तर नहीं दिया।', LATER],
  gateway_down: ['भेजने वाला बैंक बंद है।', LATER],
  gateway_limit_exhausted: ['भेजने वाले बैंक की अपनी सीमा पूरी हो गई।', LATER],
  gateway_technical_error: ['भेजने वाले बैंक में कुछ समय की तकनीकी समस्या थी।', LATER],
  gateway_insufficient_funds: [
    'जिस खाते से पेआउट भेजे जाते हैं उसमें इतनी राशि नहीं है।',
    'ऑपरेटर को बताएँ, और खाते में राशि आने पर नया पेआउट करें।',
  ],
  gateway_refused: ['भेजने वाले बैंक ने अनुरोध अस्वीकार किया।', CONTACT_OPERATOR],
  returned_by_bank: ['ट्रांसफ़र रद्द हुआ या लौट आया, और बैंक ने कारण नहीं बताया।', 'प्राप्तकर्ता से विवरण जाँचें, फिर नया पेआउट करें।'],
  not_accepted_by_bank: ['बैंक ने पेआउट स्वीकार नहीं किया। कुछ नहीं भेजा गया; राशि फिर उपलब्ध है।', 'नया पेआउट करें।'],
  failed_by_operator: ['इसे हाथ से समाप्त किया गया।', 'ऑपरेटर से कारण पूछें, या फिर से करें।'],
  card_declined: ['भुगतानकर्ता के बैंक ने मना किया।', 'भुगतानकर्ता बैंक से बात करे, या भुगतान का दूसरा तरीका दे।'],
  payer_insufficient_funds: ['भुगतानकर्ता के खाते में इतनी राशि नहीं है।', OTHER_METHOD],
  expired_card: ['कार्ड की अवधि समाप्त हो चुकी है।', OTHER_METHOD],
  authentication_required: ['भुगतानकर्ता का बैंक उससे पुष्टि चाहता है, जो यहाँ संभव नहीं।', OTHER_METHOD],
  payment_method_required: [
    'भुगतान में यह नहीं बताया गया कि राशि किससे ली जाए।',
    'customer.payment_method के साथ नया भुगतान करें।',
  ],
  payment_method_invalid: ['प्रदाता भुगतान का यह तरीका नहीं जानता, या उससे राशि नहीं ली जा सकती।', OTHER_METHOD],
  provider_refused: ['भुगतान प्रदाता ने अनुरोध अस्वीकार किया।', CONTACT_OPERATOR],
  quote_expired: ['वादा की गई विनिमय दर की अवधि समाप्त हो गई।', 'नया भुगतान करें।'],
  refund_not_possible: ['प्रदाता भुगतानकर्ता को राशि नहीं लौटा सकता।', 'भुगतानकर्ता को किसी और तरीके से लौटाएँ।'],
  not_accepted_by_provider: [
    'प्रदाता ने अनुरोध स्वीकार ही नहीं किया। किसी से कुछ नहीं लिया गया, और कुछ नहीं लौटाया गया।',
    'फिर से करें।',
  ],
  cancelled: ['किसी से राशि माँगे जाने से पहले भुगतान रद्द हुआ।', 'अब भी चाहिए तो नया भुगतान करें।'],
  limit_exceeded: ['रुपये में राशि एक भुगतान की सीमा से अधिक है। भुगतानकर्ता से कुछ नहीं लिया गया।', 'इसे कई भुगतानों में बाँटें।'],
  fee_exceeds_amount: ['रुपये में राशि शुल्क से कम है। भुगतानकर्ता से कुछ नहीं लिया गया।', 'अधिक राशि का नया भुगतान करें।'],
};

export const failures: Catalogue['failures'] = {
  reason: (code, reason) => FAILURES[code]?.[0] ?? reason,
  nextAction: (code, action) => FAILURES[code]?.[1] ?? action,
  waits: { utr_pending: 'भुगतान हो गया; UTR आना बाकी है' },
};
