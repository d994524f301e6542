import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian's package `faketime` and others install the library: in a folder of the machine's architecture. */
const LIBRARY = ['x86_64-linux-gnu', 'aarch64-linux-gnu', ''].map((machine) =>
  join('/usr/lib', machine, 'faketime/libfaketimeMT.so.1'),
);

/** For a process with a clock of its own. Null if there is no libfaketime. */
function environment(clock: Readonly<Record<string, string>>): Record<string, string> | null {
  const library = LIBRARY.find((path) => existsSync(path));
  if (library === undefined) return null;
  // Waits and measurements use the monotonic clock, which no administrator sets, so it is left alone.
  return { LD_PRELOAD: library, DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_RESET: '1', ...clock };
}

/** A clock that is always ahead by this much. @param offset as libfaketime reads it: `+25h`, `-60` */
export function clockAheadBy(offset: string): Record<string, string> {
  return environment({ FAKETIME: offset }) ?? {};
}

/** A clock that can be set while its processes run. */
export class FakeClock {
  private constructor(
    private readonly file: string,
    readonly environment: Record<string, string>,
  ) {
    this.set('+0');
  }

  /** @param folder that the process can read, whatever user it runs as @returns null if there is no libfaketime */
  static in(folder: string): FakeClock | null {
    const file = join(folder, 'clock');
    const clock = environment({ FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' });
    return clock === null ? null : new FakeClock(file, clock);
  }

  set(offset: string): void {
    writeFileSync(this.file, `${offset}\n`, { mode: 0o644 });
  }
}
