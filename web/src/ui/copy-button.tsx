import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { CopyIcon } from './icons.tsx';
import { toast } from './toast.tsx';

interface CopyButtonProps {
  readonly value: string;
  /** What it is, for who does not see it: `UTR`. */
  readonly what: string;
}

export function CopyButton({ value, what }: CopyButtonProps) {
  const t = useText();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value);
    toast(t.shell.copied);
  };
  return (
    <Button tone="quiet" size="icon" className="print:hidden" aria-label={t.shell.copy(what)} onClick={copy}>
      <CopyIcon />
    </Button>
  );
}
