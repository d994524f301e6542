import { useState } from 'react';

const storageKey = (table: string): string => `bahi.columns.${table}`;

/**
 * Which columns of a table are visible, as its reader chose; kept in this browser.
 * @param byDefault for columns that the reader has not shown or hidden
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
