import { AmountInput } from '../../../money/amount-input.tsx';
import { useText } from '../../../text/language.ts';
import { CONTROL_LOOK, Field, Select, TextInput } from '../../../ui/field.tsx';
import { MODES, type RuleDraft, type Wrong } from './rule-draft.ts';

interface RuleFieldsProps {
  readonly draft: RuleDraft;
  readonly banks: readonly string[];
  readonly wrong: Wrong;
  /** The service's refusals, under the API's names. */
  readonly refused: Readonly<Record<string, string>>;
  readonly onChange: (draft: RuleDraft) => void;
}

export function RuleFields(props: RuleFieldsProps) {
  const { routing: texts } = useText();
  const { draft, banks, wrong, refused, onChange } = props;
  // A bank that is no longer switched on stays selected until another is chosen.
  const choices = banks.includes(draft.gateway) ? banks : [draft.gateway, ...banks];
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field label={texts.gateway} error={refused['gateway']}>
        {(wiring) => (
          <Select
            {...wiring}
            value={draft.gateway}
            onChange={({ target }) => onChange({ ...draft, gateway: target.value })}
          >
            {choices.map((bank) => (
              <option key={bank}>{bank}</option>
            ))}
          </Select>
        )}
      </Field>
      <TextField
        {...props}
        name="priority"
        label={texts.priority}
        hint={texts.priorityHint}
        error={wrong.priority === undefined ? refused['priority'] : texts.priorityWrong}
      />
      <AmountField {...props} name="min" label={texts.from} refusal={refused['min_amount_paise']} />
      <AmountField {...props} name="max" label={texts.to} refusal={refused['max_amount_paise']} />
      <Field label={texts.mode} isFilter error={refused['mode']}>
        {(wiring) => (
          <Select {...wiring} value={draft.mode} onChange={({ target }) => onChange({ ...draft, mode: target.value })}>
            <option value="">{texts.anyMode}</option>
            {MODES.map((mode) => (
              <option key={mode}>{mode}</option>
            ))}
          </Select>
        )}
      </Field>
      <TextField
        {...props}
        name="bank"
        label={texts.bank}
        hint={texts.bankHint}
        isOptional
        error={wrong.bank === undefined ? refused['beneficiary_bank'] : texts.bankWrong}
      />
      <TextField
        {...props}
        name="share"
        label={texts.share}
        hint={texts.shareHint}
        error={wrong.share === undefined ? refused['percentage'] : texts.shareWrong}
      />
      <TextField
        {...props}
        name="merchantId"
        label={texts.merchant}
        hint={texts.merchantHint}
        isOptional
        error={wrong.merchantId === undefined ? refused['merchant_id'] : texts.merchantWrong}
      />
      <label className="flex min-h-10 items-center gap-2">
        <input
          type="checkbox"
          className="size-5 accent-accent"
          checked={draft.isEnabled}
          onChange={({ target }) => onChange({ ...draft, isEnabled: target.checked })}
        />
        {texts.isOn}
      </label>
    </div>
  );
}

interface TextFieldProps extends RuleFieldsProps {
  readonly name: 'priority' | 'bank' | 'share' | 'merchantId';
  readonly label: string;
  readonly hint: string;
  readonly isOptional?: boolean;
  readonly error: string | undefined;
}

function TextField({ draft, onChange, name, label, hint, isOptional, error }: TextFieldProps) {
  const isNumber = name === 'priority' || name === 'share';
  return (
    <Field label={label} hint={hint} isOptional={isOptional} error={error}>
      {(wiring) => (
        <TextInput
          {...wiring}
          autoComplete="off"
          inputMode={isNumber ? 'numeric' : undefined}
          value={draft[name]}
          onChange={({ target }) => onChange({ ...draft, [name]: target.value })}
        />
      )}
    </Field>
  );
}

interface AmountFieldProps extends RuleFieldsProps {
  readonly name: 'min' | 'max';
  readonly label: string;
  readonly refusal: string | undefined;
}

function AmountField({ draft, wrong, onChange, name, label, refusal }: AmountFieldProps) {
  const { routing: texts, pay } = useText();
  const why = wrong[name];
  return (
    <Field
      label={label}
      hint={texts.anyAmount}
      isOptional
      error={why === undefined || why === 'wrong' ? refusal : pay.wrongAmount[why]}
    >
      {(wiring) => (
        <AmountInput
          {...wiring}
          className={`${CONTROL_LOOK} px-3`}
          value={draft[name]}
          onValueChange={(text) => onChange({ ...draft, [name]: text })}
        />
      )}
    </Field>
  );
}
