import { useLanguage, useText } from '../text/language.ts';
import { formatCount } from '../text/moments.ts';
import { classes } from './classes.ts';

/** Up to a number things are counted; beyond it there are more than that. */
export interface Count {
  readonly count: number;
  readonly is_exact: boolean;
}

interface StatusTabsProps {
  /** What they choose between. */
  readonly label: string;
  /** Undefined: all. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  readonly choices: readonly (readonly [value: string, word: string])[];
  /** How many there are of each; undefined while that is not known. */
  readonly countOf?: ((value: string | undefined) => Count | undefined) | undefined;
  /** One of the choices is always chosen. */
  readonly isRequired?: boolean;
}

/** The first filter of a list, in sight with what is behind each choice. */
export function StatusTabs({ label, value, onChange, choices, countOf, isRequired = false }: StatusTabsProps) {
  const { filters } = useText().shell;
  const all = isRequired ? [] : [[undefined, filters.all] as const];
  return (
    <div
      role="group"
      aria-label={label}
      className="flex gap-1 overflow-x-auto px-2 shadow-[inset_0_-1px_0_var(--color-line)] print:hidden"
    >
      {[...all, ...choices].map(([each, word]) => (
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
          {word}
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

/** `10,000+` where there are more than were counted. */
export function countText({ count, is_exact: isExact }: Count, language: ReturnType<typeof useLanguage>): string {
  return `${formatCount(count, language)}${isExact ? '' : '+'}`;
}

/** Of everything together. */
export function sumOf(counts: readonly Count[]): Count {
  return {
    count: counts.reduce((sum, { count }) => sum + count, 0),
    is_exact: counts.every(({ is_exact: isExact }) => isExact),
  };
}
