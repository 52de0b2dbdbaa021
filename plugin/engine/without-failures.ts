import type { ScratchFiles, ScratchWriter } from '../contracts/scratch-file.ts';

/**
 * Scratch files whose writing never fails: after the first error nothing more is written and the old file stays. What
 * is kept in them only saves time, so a full disk of theirs must not fail a backup.
 */
export function withoutFailures(files: ScratchFiles): ScratchFiles {
  return {
    open: (name) => files.open(name),
    create(name) {
      let writer: ScratchWriter | undefined;
      const attempt = (work: (writer: ScratchWriter) => void): void => {
        try {
          if (writer !== undefined) work(writer);
        } catch {
          const broken = writer;
          writer = undefined;
          discardQuietly(broken);
        }
      };
      try {
        writer = files.create(name);
      } catch {
        writer = undefined;
      }
      return {
        append: (bytes) => attempt((open) => open.append(bytes)),
        overwrite: (bytes, offset) => attempt((open) => open.overwrite(bytes, offset)),
        commit: () => attempt((open) => open.commit()),
        discard: () => attempt((open) => open.discard()),
      };
    },
  };
}

function discardQuietly(writer: ScratchWriter | undefined): void {
  try {
    writer?.discard();
  } catch {
    // A temporary file stays and is overwritten by the next run.
  }
}
