import { PageHeader } from '../ui/page-header.tsx';
import { ProblemMessage } from '../ui/problem-message.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

interface NotYetProps {
  /** The title of the page. */
  readonly title: string;
  readonly query: { readonly error: Error | null; readonly refetch: () => Promise<unknown> };
}

/** Shown instead of the page of one thing while that is being read, or if it cannot be read. */
export function NotYet({ title, query: { error, refetch } }: NotYetProps) {
  return (
    <>
      <PageHeader title={title} />
      {error === null ? (
        <Skeleton className="h-96 w-full" />
      ) : (
        <ProblemMessage error={error} onRetry={() => void refetch()} />
      )}
    </>
  );
}
