import { userInfo } from 'node:os';

/** Who runs the command, for the record; the command line asks for no key. */
export function commandActor(): string {
  try {
    return `command-line:${userInfo().username}`;
  } catch {
    // Named decision: a container's user need have no name.
    return `command-line:${process.getuid?.() ?? 'somebody'}`;
  }
}
