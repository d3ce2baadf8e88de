/** The directory belongs to another process. */
export class DirectoryTaken extends Error {
  override readonly name = 'DirectoryTaken';
}

/** What is kept in the directory cannot be read. */
export class DirectoryDamaged extends Error {
  override readonly name = 'DirectoryDamaged';
}

/** The directory cannot be used, or holds another universe than the one asked for. */
export class DirectoryUnusable extends Error {
  override readonly name = 'DirectoryUnusable';
}
