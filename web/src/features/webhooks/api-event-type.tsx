/** The API's name of the type, next to its meaning: a person who writes a receiver looks for it. */
export function ApiEventType({ type }: { readonly type: string }) {
  return (
    <code lang="en" className="font-mono text-sm text-muted">
      {type}
    </code>
  );
}
