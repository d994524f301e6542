import type { BankAccountDocument } from '../../api/generated/types.gen.ts';
import { useText } from '../../text/language.ts';

/** The account's holder, and its last digits and IFSC, or its VPA. */
export function AccountName({ account }: { readonly account: BankAccountDocument }) {
  const { bankAccounts: texts } = useText();
  const { account_number_last4: last4, ifsc, vpa } = account;
  return (
    <span className="grid min-w-0 text-left">
      <bdi className="truncate font-medium">{account.account_holder_name}</bdi>
      <span className="truncate text-sm text-muted">{vpa ?? `${texts.ending(last4 ?? '')} · ${ifsc ?? ''}`}</span>
    </span>
  );
}
