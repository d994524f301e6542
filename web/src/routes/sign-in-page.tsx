import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { ProblemError } from '../api/problem.ts';
import { openSession } from '../api/session.ts';
import { useText } from '../text/language.ts';
import { Button } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { ProblemMessage } from '../ui/problem-message.tsx';
import { DemoAccounts } from './demo-accounts.tsx';
import { demoKeys } from './demo-keys.ts';
import { Logo } from './layout/logo.tsx';

/** @param ended the service ended the previous session */
export function SignInPage({ ended }: { readonly ended: boolean }) {
  const t = useText();
  const texts = t.shell.signIn;
  const signIn = useMutation({ mutationFn: openSession });
  const demo = useQuery(demoKeys);
  useEffect(() => {
    document.title = texts.title;
  }, [texts]);
  return (
    <main className="grid min-h-dvh content-center justify-items-center gap-6 p-4">
      <Logo />
      <div className="grid w-full max-w-md gap-6 rounded-lg border border-line bg-surface p-6">
        <div className="grid gap-1">
          <h1 className="text-xl font-semibold">{texts.title}</h1>
          <p className="text-pretty text-muted">{texts.lead}</p>
        </div>
        {ended && !signIn.isError && (
          <p role="alert" className="rounded-md bg-warn-soft p-3 text-warn">
            {texts.ended}
          </p>
        )}
        <KeyForm
          error={signIn.error}
          isBusy={signIn.isPending}
          demoKey={demo.data?.[0]?.key}
          onSubmit={(key) => signIn.mutate(key)}
        />
        {demo.data !== undefined && demo.data.length > 0 && (
          <DemoAccounts accounts={demo.data} isBusy={signIn.isPending} onChoose={(key) => signIn.mutate(key)} />
        )}
      </div>
    </main>
  );
}

interface KeyFormProps {
  readonly error: Error | null;
  readonly isBusy: boolean;
  /** Demo keys look different from all others; undefined if there is no demo. */
  readonly demoKey: string | undefined;
  readonly onSubmit: (key: string) => void;
}

function KeyForm({ error, isBusy, demoKey, onSubmit }: KeyFormProps) {
  const texts = useText().shell.signIn;
  const [key, setKey] = useState('');
  const [isEmpty, setIsEmpty] = useState(false);
  const isRefused = error instanceof ProblemError && error.code === 'unauthenticated';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setIsEmpty(key.trim() === '');
    if (key.trim() !== '') onSubmit(key.trim());
  };
  const refusal = isRefused ? texts.refused : undefined;
  const hint = (
    <>
      <span className="block">{texts.keyHint}</span>
      {demoKey !== undefined && <span className="block">{texts.demoKeyHint(demoKey)}</span>}
    </>
  );
  return (
    <form noValidate onSubmit={submit} className="grid gap-4">
      <Field label={texts.key} hint={hint} error={isEmpty ? texts.empty : refusal}>
        {(wiring) => (
          <TextInput
            {...wiring}
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={key}
            onChange={({ target }) => setKey(target.value)}
          />
        )}
      </Field>
      {error !== null && !isRefused && <ProblemMessage error={error} />}
      <Button type="submit" tone="primary" isBusy={isBusy}>
        {texts.submit}
      </Button>
    </form>
  );
}
