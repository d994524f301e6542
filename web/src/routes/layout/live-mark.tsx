import { useIsReached } from '../../api/reach.ts';
import { useText } from '../../text/language.ts';
import { classes } from '../../ui/classes.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import { useLiveState } from '../live.tsx';

const LOOKS = { live: 'bg-good', polling: 'bg-warn', lost: 'bg-bad' } as const;

/** Whether changes arrive by themselves, by polling, or not at all, in which case the data shown may be out of date. */
export function LiveMark() {
  const { live: texts } = useText().shell;
  const isReached = useIsReached();
  const isPolling = useLiveState() === 'polling';
  const withoutPush = isReached ? 'polling' : 'lost';
  const state = isPolling ? withoutPush : 'live';
  return (
    <Tooltip content={texts[`${state}Meaning`]}>
      <span
        tabIndex={0}
        role="status"
        className="flex items-center gap-2 rounded-sm text-sm whitespace-nowrap text-muted"
      >
        <span aria-hidden="true" className={classes('size-2 rounded-full', LOOKS[state])} />
        {texts[state]}
      </span>
    </Tooltip>
  );
}
