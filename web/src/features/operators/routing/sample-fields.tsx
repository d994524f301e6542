import { AmountInput } from '../../../money/amount-input.tsx';
import type { AmountRefusal } from '../../../money/parse.ts';
import { useText } from '../../../text/language.ts';
import { CONTROL_LOOK, Field, Select, TextInput } from '../../../ui/field.tsx';
import { MODES } from './rule-draft.ts';
import type { Sample } from './sample.ts';

interface SampleFieldsProps {
  readonly sample: Sample;
  readonly wrong: { readonly amount?: AmountRefusal; readonly ifsc?: 'wrong' };
  readonly onChange: (sample: Sample) => void;
}

/** The sample payout that the preview is about. */
export function SampleFields({ sample, wrong, onChange }: SampleFieldsProps) {
  const { routing: texts, pay } = useText();
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field label={texts.amount} error={wrong.amount === undefined ? undefined : pay.wrongAmount[wrong.amount]}>
        {(wiring) => (
          <AmountInput
            {...wiring}
            className={`${CONTROL_LOOK} px-3`}
            value={sample.amount}
            onValueChange={(amount) => onChange({ ...sample, amount })}
          />
        )}
      </Field>
      <Field label={texts.mode} isFilter>
        {(wiring) => (
          <Select
            {...wiring}
            value={sample.mode}
            onChange={({ target }) => onChange({ ...sample, mode: target.value })}
          >
            <option value="">{texts.modeAsChosen}</option>
            {MODES.map((mode) => (
              <option key={mode}>{mode}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={texts.paysTo}>
        {(wiring) => (
          <Select
            {...wiring}
            value={sample.paysTo}
            onChange={({ target }) => onChange({ ...sample, paysTo: target.value === 'vpa' ? 'vpa' : 'account' })}
          >
            <option value="account">{texts.account}</option>
            <option value="vpa">{texts.vpa}</option>
          </Select>
        )}
      </Field>
      {sample.paysTo === 'account' && (
        <Field label={texts.ifsc} isOptional error={wrong.ifsc === undefined ? undefined : texts.ifscWrong}>
          {(wiring) => (
            <TextInput
              {...wiring}
              autoComplete="off"
              value={sample.ifsc}
              onChange={({ target }) => onChange({ ...sample, ifsc: target.value })}
            />
          )}
        </Field>
      )}
    </div>
  );
}
