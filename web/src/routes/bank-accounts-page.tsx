import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { AccountsTable } from '../features/bank-accounts/accounts-table.tsx';
import { RegisterAccountDialog } from '../features/bank-accounts/register-account-dialog.tsx';
import { useText } from '../text/language.ts';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { toast } from '../ui/toast.tsx';

const route = getRouteApi('/bank-accounts');

export function BankAccountsPage() {
  const { shell, bankAccounts: texts } = useText();
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const [isRegistering, setIsRegistering] = useState(false);
  const register = (
    <Button tone="primary" onClick={() => setIsRegistering(true)}>
      {texts.register}
    </Button>
  );
  return (
    <>
      <PageHeader title={shell.pages.bankAccounts} lead={texts.lead} actions={register} />
      <AccountsTable search={search} onSearch={(next) => void navigate({ search: { search: next } })} />
      <RegisterAccountDialog
        isOpen={isRegistering}
        onClose={() => setIsRegistering(false)}
        onRegistered={() => {
          setIsRegistering(false);
          toast(texts.isRegistered);
        }}
      />
    </>
  );
}
