import type { FindingDocument } from '../../../api/generated/types.gen.ts';
import { useLanguage, useText } from '../../../text/language.ts';
import { findingSentence } from './finding-sentence.ts';

/** The particulars in the reader's language; without them the service's own sentence, which is English. */
export function FindingDetail({ finding: { detail, particulars } }: { readonly finding: FindingDocument }) {
  const sentence = findingSentence(particulars, useText(), useLanguage());
  return (
    <p lang={sentence === null ? 'en' : undefined} className="text-sm wrap-anywhere text-muted">
      {sentence ?? detail}
    </p>
  );
}
