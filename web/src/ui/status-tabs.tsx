import { useLanguage, useText } from '../text/language.ts';
import { formatCount } from '../text/moments.ts';
import { classes } from './classes.ts';

/** Counting stops at a maximum; beyond it the count is not exact, and there are more. */
export interface Count {
  readonly count: number;
  readonly is_exact: boolean;
}

interface StatusTabsProps {
  /** What is being chosen. */
  readonly label: string;
  /** Undefined: all. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  readonly choices: readonly (readonly [value: string, label: string])[];
  /** The count for each choice; undefined until it is known. */
  readonly countOf?: ((value: string | undefined) => Count | undefined) | undefined;
  /** One of the choices is always chosen. */
  readonly isRequired?: boolean;
}

/** The first filter of a list, always visible, with the number of rows of each choice. */
export function StatusTabs({ label, value, onChange, choices, countOf, isRequired = false }: StatusTabsProps) {
  const { filters } = useText().shell;
  const all = isRequired ? [] : [[undefined, filters.all] as const];
  return (
    <div
      role="group"
      aria-label={label}
      className="flex gap-1 overflow-x-auto px-2 shadow-[inset_0_-1px_0_var(--color-line)] print:hidden"
    >
      {[...all, ...choices].map(([each, text]) => (
        <button
          key={each ?? ''}
          type="button"
          aria-pressed={each === value}
          onClick={() => onChange(each)}
          className={classes(
            'flex h-11 shrink-0 items-center gap-2 border-b-2 px-2 font-medium whitespace-nowrap focus-visible:-outline-offset-2',
            each === value ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink',
          )}
        >
          {text}
          <CountMark count={countOf?.(each)} />
        </button>
      ))}
    </div>
  );
}

function CountMark({ count }: { readonly count: Count | undefined }) {
  const language = useLanguage();
  if (count === undefined) return null;
  return <span className="text-sm font-normal text-muted tabular-nums">{countText(count, language)}</span>;
}

/** `10,000+` if there are more than were counted. */
export function countText({ count, is_exact: isExact }: Count, language: ReturnType<typeof useLanguage>): string {
  return `${formatCount(count, language)}${isExact ? '' : '+'}`;
}

/** The count of all choices together. */
export function sumOf(counts: readonly Count[]): Count {
  return {
    count: counts.reduce((sum, { count }) => sum + count, 0),
    is_exact: counts.every(({ is_exact: isExact }) => isExact),
  };
}
