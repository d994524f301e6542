import { useText } from '../../text/language.ts';
import { classes } from '../../ui/classes.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import { useLiveState } from '../live.tsx';

/** Whether changes come by themselves, or by asking again and again. */
export function LiveMark() {
  const { live: words } = useText().shell;
  const isPolling = useLiveState() === 'polling';
  return (
    <Tooltip content={isPolling ? words.pollingMeaning : words.liveMeaning}>
      <span
        tabIndex={0}
        role="status"
        className="flex items-center gap-2 rounded-sm text-sm whitespace-nowrap text-muted"
      >
        <span aria-hidden="true" className={classes('size-2 rounded-full', isPolling ? 'bg-warn' : 'bg-good')} />
        {isPolling ? words.polling : words.live}
      </span>
    </Tooltip>
  );
}
