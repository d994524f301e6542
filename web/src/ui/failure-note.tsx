import { useText } from '../text/language.ts';

export interface Failure {
  readonly code: string;
  readonly reason: string;
}

interface FailureNoteProps {
  readonly failure: (Failure & { readonly next_action: string }) | null;
}

/** Why an order failed, and what to do next. */
export function FailureNote({ failure }: FailureNoteProps) {
  const { failures } = useText();
  if (failure === null) return null;
  return (
    <>
      <p className="text-bad">{failures.reason(failure.code, failure.reason)}</p>
      <p className="text-muted">{failures.nextAction(failure.code, failure.next_action)}</p>
    </>
  );
}
