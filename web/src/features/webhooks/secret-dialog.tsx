import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

interface SecretDialogProps {
  /** Null: there is none to show. */
  readonly secret: string | null;
  readonly onClose: () => void;
}

/** The one time that a secret is shown; the service keeps it sealed. */
export function SecretDialog({ secret, onClose }: SecretDialogProps) {
  const { webhooks: words } = useText();
  const actions = (
    <Button tone="primary" onClick={onClose}>
      {words.secretKept}
    </Button>
  );
  return (
    <Dialog title={words.secret} isOpen={secret !== null} onClose={onClose} actions={actions}>
      <div className="grid gap-3">
        <p>{words.secretLead}</p>
        <p className="flex items-center gap-1 rounded-md bg-sunken py-1 pr-1 pl-3">
          <code className="min-w-0 flex-1 font-mono text-sm wrap-anywhere">{secret}</code>
          <CopyButton value={secret ?? ''} what={words.secret} />
        </p>
      </div>
    </Dialog>
  );
}
