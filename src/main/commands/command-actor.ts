import { userInfo } from 'node:os';

/** Who runs the command, for the records; the command line asks for no key. */
export function commandActor(): string {
  try {
    return `command-line:${userInfo().username}`;
  } catch {
    // Named decision: the user of a container may have no name.
    return `command-line:${process.getuid?.() ?? 'somebody'}`;
  }
}
