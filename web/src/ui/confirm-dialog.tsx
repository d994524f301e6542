import { type ReactNode, type SubmitEvent, useId, useState } from 'react';
import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Field, TextArea } from './field.tsx';
import { ProblemMessage } from './problem-message.tsx';

interface Doing {
  readonly isPending: boolean;
  readonly error: Error | null;
}

/** The error of this dialog. An error from a dialog that was closed before is not shown here. */
function useErrorOf({ error }: Doing): Error | null {
  const [before] = useState(error);
  return error === before ? null : error;
}

interface ConfirmDialogProps {
  /** What will be done; the button has the same text. */
  readonly title: string;
  readonly lead: ReactNode;
  readonly tone?: 'primary' | 'danger';
  readonly doing: Doing;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks for confirmation before something that cannot be undone. */
export function ConfirmDialog({ title, lead, tone = 'danger', doing, onConfirm, onClose }: ConfirmDialogProps) {
  const { shell } = useText();
  const error = useErrorOf(doing);
  const actions = (
    <>
      <Button onClick={onClose}>{shell.cancel}</Button>
      <Button tone={tone} isBusy={doing.isPending} onClick={onConfirm}>
        {title}
      </Button>
    </>
  );
  return (
    <Dialog title={title} isOpen onClose={onClose} actions={actions}>
      <div className="grid gap-3">
        <div>{lead}</div>
        {error !== null && <ProblemMessage error={error} />}
      </div>
    </Dialog>
  );
}

interface ReasonDialogProps extends Omit<ConfirmDialogProps, 'onConfirm'> {
  /** Called with the reason once it and the further fields are valid. */
  readonly onConfirm: (reason: string) => void;
  /** Further fields, above the reason. */
  readonly children?: ReactNode;
  /** Whether the further fields are valid. Shows what is wrong with them. */
  readonly check?: () => boolean;
}

/** Asks for a reason, which is recorded with the action. */
export function ReasonDialog({
  title,
  lead,
  tone = 'primary',
  doing,
  onConfirm,
  onClose,
  children,
  check = () => true,
}: ReasonDialogProps) {
  const { shell } = useText();
  const formId = useId();
  const error = useErrorOf(doing);
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = reason.trim();
    setIsMissing(given === '');
    // Both at once, so that a form with two faults is not refused twice.
    if (check() && given !== '') onConfirm(given);
  };
  const actions = (
    <>
      <Button onClick={onClose}>{shell.cancel}</Button>
      <Button type="submit" form={formId} tone={tone} isBusy={doing.isPending}>
        {title}
      </Button>
    </>
  );
  return (
    <Dialog title={title} isOpen onClose={onClose} actions={actions}>
      <form id={formId} noValidate className="grid gap-3" onSubmit={submit}>
        <div>{lead}</div>
        {children}
        <Field label={shell.reason} hint={shell.reasonHint} error={isMissing ? shell.reasonMissing : undefined}>
          {(wiring) => (
            <TextArea {...wiring} dir="auto" value={reason} onChange={({ target }) => setReason(target.value)} />
          )}
        </Field>
        {error !== null && <ProblemMessage error={error} />}
      </form>
    </Dialog>
  );
}
