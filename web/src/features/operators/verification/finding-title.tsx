import type { FindingDocument } from '../../../api/generated/types.gen.ts';
import { useText } from '../../../text/language.ts';
import { Time } from '../../../ui/time.tsx';

/** The code of a finding, and how long it has been there. */
export function FindingTitle({ finding }: { readonly finding: FindingDocument }) {
  const { verification: texts } = useText();
  return (
    <span className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
      <code className="font-mono text-sm font-medium">{finding.code}</code>
      <span className="text-sm text-muted">
        {texts.since} <Time at={finding.first_found_at} />
      </span>
    </span>
  );
}
