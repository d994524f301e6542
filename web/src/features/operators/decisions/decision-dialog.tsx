import { useState } from 'react';
import { useText } from '../../../text/language.ts';
import { ReasonDialog } from '../../../ui/confirm-dialog.tsx';
import { Field, TextInput } from '../../../ui/field.tsx';
import { refusalsOf } from '../../../ui/form-problem.ts';
import type { Decision, Given } from './decision.ts';

interface DecisionDialogProps {
  readonly title: string;
  readonly lead: string;
  readonly decision: Decision;
  readonly doing: { readonly isPending: boolean; readonly error: Error | null };
  readonly onConfirm: (given: Given) => void;
  readonly onClose: () => void;
}

/** The format that the API takes (`utr` of `PATCH /payouts/{id}`). */
const UTR = /^[A-Z0-9]{10,35}$/;

/** Asks for the reason, and for the UTR if a payout is marked as paid. */
export function DecisionDialog({ decision, doing, onConfirm, ...rest }: DecisionDialogProps) {
  const { decisions: texts, problems } = useText();
  const [utr, setUtr] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const needsUtr = decision === 'completed';
  const given = utr.trim().toUpperCase();
  const check = (): boolean => {
    const isValid = !needsUtr || UTR.test(given);
    setIsWrong(!isValid);
    return isValid;
  };
  const confirm = (reason: string): void => onConfirm(needsUtr ? { reason, utr: given } : { reason });
  const tone = decision === 'failed' || decision === 'cancelled' ? 'danger' : 'primary';
  return (
    <ReasonDialog {...rest} tone={tone} doing={doing} check={check} onConfirm={confirm}>
      {needsUtr && (
        <Field
          label={texts.utr}
          hint={texts.utrHint}
          error={isWrong ? texts.utrWrong : refusalsOf(doing.error, problems)['utr']}
        >
          {(wiring) => (
            <TextInput
              {...wiring}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              value={utr}
              onChange={({ target }) => setUtr(target.value)}
            />
          )}
        </Field>
      )}
    </ReasonDialog>
  );
}
