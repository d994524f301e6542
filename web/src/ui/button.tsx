import type { ComponentProps } from 'react';
import { classes } from './classes.ts';

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap select-none transition-colors ' +
  'disabled:opacity-55 disabled:cursor-not-allowed aria-disabled:opacity-55 aria-disabled:cursor-not-allowed aria-busy:cursor-progress';

const TONES = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'bg-surface text-ink border border-line hover:bg-sunken',
  danger: 'bg-bad text-on-bad hover:bg-bad-strong',
  quiet: 'text-muted hover:text-ink hover:bg-sunken',
} as const;

const SIZES = {
  medium: 'h-9 px-3 text-base max-sm:h-11',
  small: 'h-8 px-2 text-sm max-sm:h-10',
  icon: 'size-8 max-sm:size-10',
} as const;

interface Look {
  readonly tone?: keyof typeof TONES;
  readonly size?: keyof typeof SIZES;
}

/** For a link that looks like a button. */
export function buttonLook({ tone = 'secondary', size = 'medium' }: Look = {}): string {
  return classes(BASE, TONES[tone], SIZES[size]);
}

type ButtonProps = ComponentProps<'button'> & Look & { readonly isBusy?: boolean };

/** A busy button says so and ignores clicks, but is not `disabled`, which would take the focus from it. */
export function Button({ tone, size, isBusy = false, className, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={isBusy || rest['aria-disabled']}
      aria-busy={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      className={classes(buttonLook({ tone, size }), className)}
    />
  );
}
