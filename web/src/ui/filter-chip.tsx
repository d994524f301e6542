import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { useText } from '../text/language.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import { ChevronDownIcon, CloseIcon, PlusIcon } from './icons.tsx';

const CHIP =
  'inline-flex h-8 items-center gap-1 border text-sm font-medium whitespace-nowrap text-muted hover:bg-sunken hover:text-ink max-sm:h-10';
const UNSET = 'rounded-md border-dashed border-edge px-2';
const SET = 'border-edge bg-surface text-ink';

interface FilterChipProps {
  readonly label: string;
  /** What the filter lets through, in words; undefined: everything. */
  readonly shown: string | undefined;
  /** Why a filter that has a value still lets everything through. */
  readonly wrong?: string | undefined;
  readonly onClear: () => void;
  /** The fields that set it. */
  readonly children: (close: () => void) => ReactNode;
}

/** A filter that says what it lets through. Its fields open below it; on a phone at the bottom of the screen. */
export function FilterChip({ label, shown, wrong, onClear, children }: FilterChipProps) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const panelId = `${id}-panel`;
  const focus = (): void => document.getElementById(id)?.focus();
  const close = (): void => {
    setIsOpen(false);
    focus();
  };
  const isSet = shown !== undefined;
  return (
    <span className="relative flex shrink-0">
      <button
        id={id}
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? panelId : undefined}
        // The click closes an open panel. Without this the panel would close at the press, and the click would reopen
        // it.
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => setIsOpen(!isOpen)}
        className={classes(CHIP, isSet ? `${SET} rounded-l-md pr-1 pl-2` : UNSET)}
      >
        {!isSet && <PlusIcon className="size-3" />}
        {label}
        {isSet && (
          <>
            <span className="max-w-56 truncate text-accent">{shown}</span>
            <ChevronDownIcon className="size-3" />
          </>
        )}
      </button>
      {isSet && (
        <ClearButton
          label={label}
          onClear={() => {
            // The button that was pressed disappears with the filter.
            focus();
            onClear();
          }}
        />
      )}
      {wrong !== undefined && (
        <span role="alert" className="ml-2 self-center text-sm text-bad">
          {wrong}
        </span>
      )}
      {isOpen && (
        <Panel id={panelId} label={label} onClose={close} onLeave={() => setIsOpen(false)}>
          {children(close)}
        </Panel>
      )}
    </span>
  );
}

function ClearButton({ label, onClear }: Pick<FilterChipProps, 'label' | 'onClear'>) {
  const { filters } = useText().shell;
  return (
    <button
      type="button"
      aria-label={filters.clearOne(label)}
      onClick={onClear}
      className={classes(CHIP, SET, 'w-8 justify-center rounded-r-md border-l-0 max-sm:w-10')}
    >
      <CloseIcon className="size-3" />
    </button>
  );
}

interface PanelProps {
  readonly id: string;
  readonly label: string;
  readonly onClose: () => void;
  /** Something outside was pressed. */
  readonly onLeave: () => void;
  readonly children: ReactNode;
}

/** The smallest distance to the edge of the window. */
const EDGE_PX = 8;

function Panel({ id, label, onClose, onLeave, children }: PanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = panel.current!;
    const { right } = element.getBoundingClientRect();
    const beyond = right - (document.documentElement.clientWidth - EDGE_PX);
    if (beyond > 0) element.style.translate = `${-beyond}px`;
    element.querySelector<HTMLElement>('input, select, button')?.focus();
  }, []);
  useEffect(() => {
    const leave = ({ target }: PointerEvent): void => {
      if (!panel.current!.contains(target as Node)) onLeave();
    };
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  });
  return (
    <div
      ref={panel}
      id={id}
      role="dialog"
      aria-label={label}
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
      onBlur={({ relatedTarget, currentTarget }) => {
        if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) onLeave();
      }}
      className={classes(
        'z-30 rounded-lg border border-line bg-surface p-4 shadow-float',
        'max-sm:fixed max-sm:inset-x-2 max-sm:bottom-2 sm:absolute sm:top-full sm:left-0 sm:mt-1 sm:w-72',
      )}
    >
      {children}
    </div>
  );
}

interface FilterFormProps {
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** Fields that take effect when they are applied: a list for a half-typed word helps nobody. */
export function FilterForm({ onSubmit, children }: FilterFormProps) {
  const { filters } = useText().shell;
  return (
    <form
      noValidate
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      <Button type="submit" tone="primary">
        {filters.apply}
      </Button>
    </form>
  );
}

interface FlagFilterProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  /** How many rows it would let through. */
  readonly count?: string | undefined;
}

/** On or off, with one press. */
export function FlagFilter({ label, isOn, onChange, count }: FlagFilterProps) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={() => onChange(!isOn)}
      className={classes(CHIP, 'shrink-0 rounded-md px-2', isOn ? 'border-accent bg-accent-soft text-accent' : UNSET)}
    >
      {label}
      {count !== undefined && <span className="tabular-nums">{count}</span>}
    </button>
  );
}

interface FixedFilterProps {
  readonly label: string;
  readonly shown: string;
  readonly onClear: () => void;
}

/** A filter that a link has set: it can be removed, but not changed. */
export function FixedFilter({ label, shown, onClear }: FixedFilterProps) {
  return (
    <span className="flex shrink-0">
      <span className={classes(CHIP, SET, 'rounded-l-md px-2')}>
        {label}
        <bdi className="max-w-56 truncate text-accent">{shown}</bdi>
      </span>
      <ClearButton label={label} onClear={onClear} />
    </span>
  );
}
