import { useState } from 'react';

const storageKey = (table: string): string => `bahi.columns.${table}`;

/**
 * Which columns of a table its reader has shown or hidden, kept in this browser.
 * @param byDefault of columns that nobody has decided about
 */
export function useHiddenColumns(table: string, byDefault: Readonly<Record<string, boolean>>) {
  const [chosen, setChosen] = useState(() => storedOf(table));
  const keep = (next: Record<string, boolean>): void => {
    setChosen(next);
    localStorage.setItem(storageKey(table), JSON.stringify(next));
  };
  return [{ ...byDefault, ...chosen }, keep] as const;
}

function storedOf(table: string): Record<string, boolean> {
  return JSON.parse(localStorage.getItem(storageKey(table)) ?? '{}') as Record<string, boolean>;
}
