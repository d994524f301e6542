import { useMutation } from '@tanstack/react-query';
import { ProblemError } from '../api/problem.ts';
import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { DownloadIcon } from './icons.tsx';
import { toast } from './toast.tsx';

/** Requests the link to a file: it works once, and without a key. */
export type PrepareFile = () => Promise<{ readonly url: string; readonly filename: string }>;

/** The whole filtered list as a CSV file, which the browser writes to disk as it arrives. */
export function ExportButton({ prepare }: { readonly prepare: PrepareFile }) {
  const t = useText();
  const exporting = useMutation({
    mutationFn: prepare,
    onSuccess: ({ url, filename }) => {
      const link = document.createElement('a');
      link.href = url;
      link.download = filename;
      link.click();
    },
    onError: (error) =>
      toast(error instanceof ProblemError ? t.problems.detail(error.code, error.detail) : t.problems.connectionLost),
  });
  return (
    <Button size="small" isBusy={exporting.isPending} onClick={() => exporting.mutate()}>
      <DownloadIcon />
      {t.shell.table.csv}
    </Button>
  );
}
