import mark from '../../mark.svg';
import { useText } from '../../text/language.ts';

export function Logo() {
  return (
    <p className="flex h-8 items-center gap-2 px-3 text-lg font-semibold">
      <img src={mark} alt="" width={24} height={24} />
      {useText().shell.name}
    </p>
  );
}
