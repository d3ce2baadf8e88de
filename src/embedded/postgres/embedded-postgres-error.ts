export type EmbeddedPostgresErrorCode =
  | 'unsupported-platform'
  | 'not-permitted'
  | 'disk-full'
  | 'port-in-use'
  | 'bad-port'
  | 'directory-in-use'
  | 'start-failed';

/** Why the embedded server did not start; the message is one sentence an operator can act on. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The code of a system or server error. By shape, since an error may come from another realm (a test runner's). */
export function errnoOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Turns a file system failure below `path` into its typed error; anything else comes back unchanged. */
export function explainFileError(error: unknown, path: string): unknown {
  switch (errnoOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(path, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EEXIST':
    case 'ENOTDIR':
      return new EmbeddedPostgresError(
        'not-permitted',
        `${path} cannot be used by this user: choose another data directory, or repair its owner and mode.`,
        { cause: error },
      );
    default:
      return error;
  }
}

export function diskFull(path: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'disk-full',
    `The disk that holds ${path} is full: free some space and start again.`,
    {
      cause,
    },
  );
}

/** Whether PostgreSQL's own words speak of a full disk. */
export const tellsOfFullDisk = (output: string): boolean =>
  /No space left on device|Disk quota exceeded|Check free disk space/.test(output);
