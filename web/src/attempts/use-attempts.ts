import { useEffect, useState } from 'react';
import type { Attempt } from './attempt.ts';
import type { Attempts } from './attempts.ts';

export interface KnownAttempts {
  /** Null until they have been read. */
  readonly all: readonly Attempt[] | null;
  /** The attempts cannot be read or stored: nothing may be paid from this browser then. */
  readonly error: Error | null;
}

/** The attempts of this merchant, from all tabs of the browser. */
export function useAttempts({ vault }: Attempts): KnownAttempts {
  const [known, setKnown] = useState<KnownAttempts>({ all: null, error: null });
  useEffect(() => {
    let isWatched = true;
    const read = (): void => {
      vault.read().then(
        (all) => isWatched && setKnown({ all, error: null }),
        (error: Error) => isWatched && setKnown({ all: null, error }),
      );
    };
    read();
    const end = vault.watch(read);
    return () => {
      isWatched = false;
      end();
    };
  }, [vault]);
  return known;
}
