import { classes } from './classes.ts';

interface SegmentedProps<T extends string> {
  /** What is being chosen. */
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChoose: (value: T) => void;
}

/** Two or three views of the same data. */
export function Segmented<T extends string>({ label, value, options, onChoose }: SegmentedProps<T>) {
  return (
    <div role="group" aria-label={label} className="flex rounded-md border border-line bg-sunken p-0.5">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChoose(option.value)}
          className={classes(
            'h-7 rounded-sm px-3 text-sm font-medium max-sm:h-9',
            option.value === value ? 'bg-surface text-ink' : 'text-muted hover:text-ink',
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
