import { useState } from 'react';
import type { PreviewRoutingBody } from '../../../api/generated/types.gen.ts';
import { useText } from '../../../text/language.ts';
import { Card } from '../../../ui/card.tsx';
import { PreviewResult } from './preview-result.tsx';
import { FIRST_SAMPLE, readSample } from './sample.ts';
import { SampleFields } from './sample-fields.tsx';

interface PreviewCardProps {
  /** Null: no rule is being edited. `incomplete`: one is, but it is not valid yet. */
  readonly edited: NonNullable<PreviewRoutingBody['rules']> | 'incomplete' | null;
}

/** Where a payout would go by the stored rules and, next to it, with the change that is being edited. */
export function PreviewCard({ edited }: PreviewCardProps) {
  const { routing: texts } = useText();
  const [sample, setSample] = useState(FIRST_SAMPLE);
  const read = readSample(sample);
  const wrong = read.ok ? {} : read;
  return (
    <Card title={texts.preview}>
      <div className="grid gap-4 p-4">
        <SampleFields sample={sample} wrong={wrong} onChange={setSample} />
        <div aria-live="polite" className="grid gap-4">
          {read.ok && <PreviewResult title={texts.stored} body={read.body} />}
          {read.ok && Array.isArray(edited) && (
            <PreviewResult title={texts.edited} body={{ ...read.body, rules: edited }} />
          )}
          {edited === 'incomplete' && <p className="text-muted">{texts.fillIn}</p>}
        </div>
      </div>
    </Card>
  );
}
