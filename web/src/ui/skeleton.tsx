import { classes } from './classes.ts';

/** Shown in the place and size of what is being loaded, so that nothing moves when it arrives. */
export function Skeleton({ className = 'h-4 w-24' }: { readonly className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={classes('inline-block animate-pulse rounded-sm bg-sunken align-middle', className)}
    />
  );
}
