import type { DemoKeyDocument } from '../api/generated/types.gen.ts';
import { useText } from '../text/language.ts';
import { ChevronRightIcon } from '../ui/icons.tsx';

interface DemoAccountsProps {
  readonly accounts: readonly DemoKeyDocument[];
  readonly isBusy: boolean;
  readonly onChoose: (key: string) => void;
}

/** Merchants first: most people come to try those. */
export function DemoAccounts({ accounts, isBusy, onChoose }: DemoAccountsProps) {
  const texts = useText().shell.signIn;
  const inOrder = accounts.toSorted((a, b) => a.kind.localeCompare(b.kind));
  return (
    <section className="grid gap-3 border-t border-line pt-6">
      <div>
        <h2 className="font-medium">{texts.demoTitle}</h2>
        <p className="text-sm text-muted">{texts.demoLead}</p>
      </div>
      <ul className="grid gap-2">
        {inOrder.map(({ key, name }) => (
          <li key={key}>
            <button
              type="button"
              disabled={isBusy}
              aria-label={texts.as(name)}
              onClick={() => onChoose(key)}
              className="flex h-11 w-full items-center justify-between rounded-md border border-line px-3 hover:bg-sunken"
            >
              {name}
              <ChevronRightIcon className="size-4 text-muted" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
