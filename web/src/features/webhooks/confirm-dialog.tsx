import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';

interface ConfirmDialogProps {
  /** What will be done; the button says the same. */
  readonly title: string;
  readonly lead: string;
  readonly doing: { readonly isPending: boolean; readonly error: Error | null };
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks once more before what cannot be taken back. */
export function ConfirmDialog({ title, lead, doing, onConfirm, onClose }: ConfirmDialogProps) {
  const { shell } = useText();
  const actions = (
    <>
      <Button onClick={onClose}>{shell.cancel}</Button>
      <Button tone="danger" isBusy={doing.isPending} onClick={onConfirm}>
        {title}
      </Button>
    </>
  );
  return (
    <Dialog title={title} isOpen onClose={onClose} actions={actions}>
      <div className="grid gap-3">
        <p>{lead}</p>
        {doing.error !== null && <ProblemMessage error={doing.error} />}
      </div>
    </Dialog>
  );
}
