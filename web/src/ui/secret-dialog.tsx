import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { Dialog } from './dialog.tsx';

interface SecretDialogProps {
  readonly title: string;
  /** What the secret is for. */
  readonly lead: string;
  /** Null: there is no secret to show. */
  readonly secret: string | null;
  readonly onClose: () => void;
}

/** The only time that a secret is shown; the service keeps it sealed, or only its hash. */
export function SecretDialog({ title, lead, secret, onClose }: SecretDialogProps) {
  const { shell } = useText();
  const actions = (
    <Button tone="primary" onClick={onClose}>
      {shell.secretCopied}
    </Button>
  );
  return (
    <Dialog title={title} isOpen={secret !== null} hasStaticBackdrop onClose={onClose} actions={actions}>
      <div className="grid gap-3">
        <p>{lead}</p>
        <p className="flex items-center gap-1 rounded-md bg-sunken py-1 pr-1 pl-3">
          <code className="min-w-0 flex-1 font-mono text-sm wrap-anywhere">{secret}</code>
          <CopyButton value={secret ?? ''} what={title} />
        </p>
      </div>
    </Dialog>
  );
}
