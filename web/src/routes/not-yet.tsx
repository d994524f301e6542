import { PageHeader } from '../ui/page-header.tsx';
import { ProblemMessage } from '../ui/problem-message.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

interface NotYetProps {
  /** What it is a page of. */
  readonly title: string;
  readonly query: { readonly error: Error | null; readonly refetch: () => Promise<unknown> };
}

/** In the place of the page of one thing while that is read, and where it cannot be. */
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
