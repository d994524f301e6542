import { useQuery } from '@tanstack/react-query';
import { type RefObject, useId, useRef, useState } from 'react';
import type { BankAccountDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { ProblemMessage } from '../../ui/problem-message.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AccountName } from './account-name.tsx';
import { bankAccounts, matches } from './bank-accounts.ts';
import { RegisterAccountDialog } from './register-account-dialog.tsx';

interface AccountPickerProps {
  readonly value: string | null;
  readonly onChange: (account: BankAccountDocument | null) => void;
  readonly error?: string | undefined;
  /** Called with the search, which takes the focus when the choice is missing. */
  readonly focusRef?: (search: HTMLElement | null) => void;
}

/** How many are listed; the others are found by searching. */
const SHOWN = 5;

/** Chooses the account to pay, by searching the registered accounts or registering a new one. */
export function AccountPicker({ value, onChange, error, focusRef }: AccountPickerProps) {
  const { bankAccounts: texts } = useText();
  const { data, error: failed, refetch } = useQuery(bankAccounts);
  const [isRegistering, setIsRegistering] = useState(false);
  const id = useId();
  const chosen = data?.find((account) => account.id === value);
  const isFocused = useRef(false);
  const change = (account: BankAccountDocument | null): void => {
    isFocused.current = true;
    onChange(account);
  };
  return (
    <fieldset className="grid gap-2" aria-describedby={error === undefined ? undefined : id}>
      <legend className="pb-1 font-medium">{texts.payTo}</legend>
      {failed !== null && data === undefined && <ProblemMessage error={failed} onRetry={() => void refetch()} />}
      {failed === null && data === undefined && <Skeleton className="h-40 w-full" />}
      {chosen !== undefined && (
        <div className="flex items-center justify-between gap-3 rounded-md border border-accent bg-accent-soft p-3">
          <AccountName account={chosen} />
          <Button ref={(button) => focusOnce(button, isFocused)} size="small" onClick={() => change(null)}>
            {texts.change}
          </Button>
        </div>
      )}
      {chosen === undefined && data !== undefined && (
        <Choice
          accounts={data}
          isMissing={error !== undefined}
          searchRef={(search) => {
            focusOnce(search, isFocused);
            focusRef?.(search);
          }}
          onChoose={change}
        />
      )}
      {error !== undefined && (
        <p id={id} className="text-sm text-bad">
          {error}
        </p>
      )}
      <Button size="small" className="justify-self-start" onClick={() => setIsRegistering(true)}>
        {texts.register}
      </Button>
      <RegisterAccountDialog
        isOpen={isRegistering}
        onClose={() => setIsRegistering(false)}
        onRegistered={(account) => {
          setIsRegistering(false);
          onChange(account);
        }}
      />
    </fieldset>
  );
}

/** The pressed control disappears when a choice is made: the focus moves to the element that replaces it. */
function focusOnce(element: HTMLElement | null, isFocused: RefObject<boolean>): void {
  if (element === null || !isFocused.current) return;
  isFocused.current = false;
  element.focus();
}

interface ChoiceProps {
  readonly accounts: readonly BankAccountDocument[];
  readonly isMissing: boolean;
  readonly searchRef: (search: HTMLElement | null) => void;
  readonly onChoose: (account: BankAccountDocument) => void;
}

function Choice({ accounts, isMissing, searchRef, onChoose }: ChoiceProps) {
  const { bankAccounts: texts } = useText();
  const [search, setSearch] = useState('');
  const found = accounts.filter((account) => account.is_active && matches(account, search.trim()));
  return (
    <>
      <TextInput
        ref={searchRef}
        aria-invalid={isMissing || undefined}
        type="search"
        aria-label={texts.search}
        placeholder={texts.search}
        value={search}
        onChange={({ target }) => setSearch(target.value)}
      />
      <ul className="divide-y divide-line rounded-md border border-line">
        {found.slice(0, SHOWN).map((account) => (
          <li key={account.id}>
            <button type="button" className="w-full px-3 py-2 hover:bg-sunken" onClick={() => onChoose(account)}>
              <AccountName account={account} />
            </button>
          </li>
        ))}
        {found.length === 0 && (
          <li className="px-3 py-4 text-muted">{accounts.length === 0 ? texts.none : texts.notFound}</li>
        )}
      </ul>
      {found.length > SHOWN && <p className="text-sm text-muted">{texts.more(found.length - SHOWN)}</p>}
    </>
  );
}
