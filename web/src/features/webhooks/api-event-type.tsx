/** As the API has it, beside what it means: whoever writes a receiver looks for it. */
export function ApiEventType({ type }: { readonly type: string }) {
  return (
    <code lang="en" className="font-mono text-sm text-muted">
      {type}
    </code>
  );
}
