import { type ComponentProps, type ReactNode, useId } from 'react';
import { useText } from '../text/language.ts';
import { classes } from './classes.ts';

interface Wiring {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
  readonly required: boolean;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  /** The label says that the field is optional. */
  readonly isOptional?: boolean;
  /** A filter may be left empty too, but its label need not say so. */
  readonly isFilter?: boolean;
  /** Renders the control with the attributes that connect it to its label, hint and error. */
  readonly children: (wiring: Wiring) => ReactNode;
}

/** A control with its label above it, and its hint and error below it. */
export function Field({ label, hint, error, isOptional = false, isFilter = false, children }: FieldProps) {
  const { shell } = useText();
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== '';
  const described = [hint !== undefined && `${id}-hint`, hasError && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="grid min-w-0 content-start gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
        {isOptional && <span className="font-normal text-muted"> {shell.optional}</span>}
      </label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': hasError || undefined,
        required: !isOptional && !isFilter,
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {hasError && (
        <p id={`${id}-error`} className="text-sm text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

/** Sixteen pixels on a phone: browsers zoom into fields with smaller text. */
export const CONTROL_LOOK =
  'w-full min-w-0 rounded-md border border-edge bg-surface text-base text-ink placeholder:text-muted max-sm:text-lg ' +
  'h-9 max-sm:h-11 aria-invalid:border-bad disabled:bg-sunken disabled:text-muted';

export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return <input type="text" {...rest} className={classes(CONTROL_LOOK, 'px-3', className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea rows={3} {...rest} className={classes(CONTROL_LOOK, 'h-auto px-3 py-2', className)} />;
}

/** The browser's own control: it works well on a phone, with the keyboard and with screen readers. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={classes(CONTROL_LOOK, 'pr-1 pl-2', className)} />;
}
