import { isMessageFolder, messageFolders, messageKey } from '../domain/mailbox.ts';
import type { LiveHome } from './live-home.ts';

/** Whether a live mailbox, or a folder of one, is where `live` stands. */
export function isMailbox(live: LiveHome): boolean {
  return messageFolders.every((name) => {
    const look = live.look(name);
    return look.kind === 'there' && look.state.type === 'dir';
  });
}

/**
 * The messages that a live mailbox holds, whatever became of their flags: who reads a message moves it from `new` to `cur`
 * and renames it, and it is the same message still. @param folder `cur` or `new`, in which they are looked for.
 * @returns undefined where `live` stands in no mailbox, or the folder holds no messages.
 */
export function liveMessages(live: LiveHome, folder: Uint8Array): ReadonlySet<string> | undefined {
  if (!isMessageFolder(folder) || !isMailbox(live)) return undefined;
  const keys = new Set<string>();
  for (const name of messageFolders) {
    live.enter(name);
    for (const message of live.names()) {
      const key = messageKey(message);
      if (key !== undefined) keys.add(key);
    }
    live.leave();
  }
  return keys;
}
