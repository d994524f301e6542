import { useSyncExternalStore } from 'react';
import type { Catalogue } from './catalogue.ts';
import { en } from './en.ts';

export const LANGUAGES = ['en', 'hi'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language in its own script: people who look for it cannot read the other one. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', hi: 'हिन्दी' };

/** The Indian locales, for dates and numbers. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-IN', hi: 'hi-IN' };

const STORAGE_KEY = 'bahi.language';
const listeners = new Set<() => void>();
let current: { readonly language: Language; readonly text: Catalogue } = { language: 'en', text: en };

/**
 * The language chosen in this browser, otherwise the first of the reader's languages that exists here. English if its
 * file cannot be loaded: an empty page helps nobody.
 */
export async function restoreLanguage(): Promise<void> {
  const wanted = [localStorage.getItem(STORAGE_KEY), ...navigator.languages.map((tag) => tag.split('-')[0])];
  const language = wanted.find((one): one is Language => (LANGUAGES as readonly unknown[]).includes(one));
  await show(language ?? 'en').catch(() => show('en'));
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORAGE_KEY, language);
  await show(language);
}

async function show(language: Language): Promise<void> {
  const text = language === 'en' ? en : (await import('./hi.ts')).hi;
  current = { language, text };
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

export function useText(): Catalogue {
  return useSyncExternalStore(subscribe, () => current).text;
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => current).language;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
