import type { Catalogue } from '../catalogue.ts';

export const problems: Catalogue['problems'] = {
  connectionLost: 'सेवा से उत्तर नहीं मिला',
  connectionLostDetail: 'अपना कनेक्शन जाँचें। जो दिख रहा है वह पुराना हो सकता है।',
  unexpected: 'यह नहीं हो सका',
  unexpectedDetail: 'पेज फिर से लोड करें। दोबारा हो तो बताएँ कि आपने क्या किया।',
  titles: {
    validation_failed: 'फ़ॉर्म में कुछ सही नहीं है',
    forbidden: 'इस कुंजी से यह नहीं किया जा सकता',
    not_found: 'नहीं मिला',
    merchant_inactive: 'खाता निष्क्रिय है',
    rate_limited: 'बहुत अधिक अनुरोध। थोड़ा रुकें।',
    overloaded: 'सेवा व्यस्त है। थोड़ी देर में फिर कोशिश करें।',
    internal_error: 'हमारी ओर से कुछ ग़लत हुआ',
    list_too_slow: 'यह खोज बहुत समय लेती है। इसे सीमित करें।',
    insufficient_funds: 'उपलब्ध शेष पर्याप्त नहीं है',
    bank_account_inactive: 'यह बैंक खाता निष्क्रिय है',
    bank_account_unknown: 'यह बैंक खाता ज्ञात नहीं है',
    duplicate_reference: 'यह संदर्भ पहले उपयोग हो चुका है',
    mode_not_supported: 'यह भुगतान माध्यम यहाँ संभव नहीं है',
    limit_exceeded: 'राशि सीमा से अधिक है',
    invalid_transition: 'इस बीच स्थिति बदल गई है',
    bank_has_it: 'यह भुगतान बैंक के पास है',
    gateway_has_it: 'यह भुगतान प्रदाता के पास है',
    outcome_unknown: 'परिणाम अभी ज्ञात नहीं है',
  },
};
