import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let isReached = true;

/** Notes whether the service answered the last request; a refusal is an answer. */
export function noteAnswer(isAnswer: boolean): void {
  if (isAnswer === isReached) return;
  isReached = isAnswer;
  for (const listener of listeners) listener();
}

export function useIsReached(): boolean {
  return useSyncExternalStore(subscribe, () => isReached);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
