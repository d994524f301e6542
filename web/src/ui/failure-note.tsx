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

interface AnswerReasonProps {
  /** The code of a failure, or of what the order waits for. */
  readonly reason: string | null;
  /** The failure of the order: the service explains its code in words. */
  readonly failure: Failure | null;
}

/** Follows what a bank or a provider has answered. A code without an explanation is shown as it is. */
export function AnswerReason({ reason, failure }: AnswerReasonProps) {
  const { failures } = useText();
  if (reason === null) return null;
  const waits: Readonly<Record<string, string | undefined>> = failures.waits;
  const text = waits[reason] ?? failures.reason(reason, reason === failure?.code ? failure.reason : reason);
  return <span className="text-muted"> ({text})</span>;
}
