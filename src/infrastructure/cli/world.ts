/** What the command sees of the machine it runs on. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly version: string;
  readonly nowMs: () => number;
  /** From now on Ctrl-C ends the process with 130; servers end in their own way. */
  readonly exitOnInterrupt: () => void;
  readonly servers: Servers;
}

/** The programs that run in this process and end it themselves. */
export interface Servers {
  readonly start: () => Promise<unknown>;
  /** @param args as its own command line takes them */
  readonly eventStore: (args: readonly string[]) => Promise<unknown>;
  /** @param args as its own command line takes them */
  readonly universe: (args: readonly string[]) => Promise<unknown>;
}
