import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { CopyIcon } from './icons.tsx';
import { toast } from './toast.tsx';

/** A page loaded over plain HTTP has no clipboard, and a browser may refuse access to it. */
async function isCopied(text: string): Promise<boolean> {
  const { clipboard } = navigator as { clipboard?: Clipboard };
  try {
    await clipboard!.writeText(text);
    return true;
  } catch {
    return isCopiedByEvent(text);
  }
}

/** The older way, which needs no permission: the text is set when the browser fires the copy event. */
function isCopiedByEvent(text: string): boolean {
  let isTaken = false;
  const give = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.clipboardData?.setData('text/plain', text);
    isTaken = true;
  };
  document.addEventListener('copy', give);
  document.execCommand('copy');
  document.removeEventListener('copy', give);
  return isTaken;
}

interface CopyButtonProps {
  readonly value: string;
  /** What is copied, for people who cannot see it: `UTR`. */
  readonly what: string;
}

export function CopyButton({ value, what }: CopyButtonProps) {
  const t = useText();
  const copy = async (): Promise<void> => {
    toast((await isCopied(value)) ? t.shell.copied : t.shell.notCopied);
  };
  return (
    <Button tone="quiet" size="icon" className="print:hidden" aria-label={t.shell.copy(what)} onClick={copy}>
      <CopyIcon />
    </Button>
  );
}
