import { useSyncExternalStore } from 'react';

const SHOWN_MS = 4_000;

interface Message {
  readonly id: number;
  readonly text: string;
}

const listeners = new Set<() => void>();
let messages: readonly Message[] = [];
let lastId = 0;

function set(next: readonly Message[]): void {
  messages = next;
  for (const listener of listeners) listener();
}

/** Says briefly that something was done. What must be read is shown in the page instead. */
export function toast(text: string): void {
  const message = { id: ++lastId, text };
  set([...messages, message]);
  setTimeout(() => set(messages.filter((one) => one !== message)), SHOWN_MS);
}

/** Exists once in the page: screen readers read what appears in it. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => messages);
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-4 z-50 grid justify-items-center gap-2">
      {shown.map(({ id, text }) => (
        <p key={id} className="rounded-md bg-ink px-4 py-2 text-surface shadow-float">
          {text}
        </p>
      ))}
    </div>
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
