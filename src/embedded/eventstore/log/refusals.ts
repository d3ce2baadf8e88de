/** Something in the log is not as it was written, and it is not the torn end that a crash leaves. Nothing was changed. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';

  /**
   * @param file path of the damaged segment
   * @param offset first byte in that file that is not sound
   */
  constructor(
    readonly file: string,
    readonly offset: number,
    what: string,
  ) {
    super(
      `The event log is damaged in ${file} at byte ${offset}: ${what} Nothing was changed. Put a sound copy of this file ` +
        `back, from a backup; or, to give up every event from there on, keep a copy of the directory, cut this file to ` +
        `${offset} bytes (delete it if that leaves no more than its header), and delete all later segments.`,
    );
  }
}

/** The log was written by a later version of the program than this one. */
export class LogTooNew extends Error {
  override readonly name = 'LogTooNew';

  constructor(file: string, found: number, known: number) {
    super(
      `${file} is written in format ${found} of the event log; this program knows formats up to ${known}. ` +
        `Start the version that wrote it, or a later one.`,
    );
  }
}

/** Another process, or another part of this one, has the directory. */
export class LogLocked extends Error {
  override readonly name = 'LogLocked';

  constructor(directory: string, holder: string) {
    super(
      `The event log in ${directory} is already open (process ${holder}). ` +
        `Stop that one first, or choose another data directory.`,
    );
  }
}

/** The directory cannot be used: permissions, a read-only or unsuitable file system, a disk that cannot read. */
export class LogUnusable extends Error {
  override readonly name = 'LogUnusable';

  constructor(directory: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `The event log cannot be kept in ${directory}: ${why}. It needs a local directory that it may read and write.`,
      {
        cause,
      },
    );
  }
}
