import { Link } from '@tanstack/react-router';
import { ConnectionLost, ProblemError } from '../api/problem.ts';
import { useText } from '../text/language.ts';
import { Button, buttonLook } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemMessage } from '../ui/problem-message.tsx';

/** Shown instead of a page that could not be shown. The navigation around it stays. */
export function ErrorPage({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const { errors } = useText().shell;
  if (error instanceof ProblemError || error instanceof ConnectionLost)
    return <ProblemMessage error={error} onRetry={reset} />;
  const reload = <Button onClick={() => location.reload()}>{errors.reload}</Button>;
  return (
    <div role="alert">
      <PageHeader title={errors.crashed} lead={errors.crashedLead} actions={reload} />
    </div>
  );
}

export function NotFoundPage() {
  const { errors } = useText().shell;
  const home = (
    <Link to="/" className={buttonLook()}>
      {errors.goHome}
    </Link>
  );
  return (
    <>
      <PageHeader title={errors.notFound} lead={errors.notFoundLead} />
      <p>{home}</p>
    </>
  );
}
