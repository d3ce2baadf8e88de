import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { Failure } from './failure.js';

/** Where data goes. */
export interface Output {
  /** Undefined where nothing has to fit. */
  readonly columns: number | undefined;
  readonly isTerminal: boolean;
  write(text: string): void;
  /** The command did what it was asked to. */
  end(): void;
  /** It did not. */
  discard(): void;
}

export function toStream(stream: NodeJS.WriteStream): Output {
  return {
    columns: stream.isTTY ? stream.columns : undefined,
    isTerminal: stream.isTTY,
    write: (text) => void stream.write(text),
    end: () => undefined,
    discard: () => undefined,
  };
}

/** A file that is there whole, or not at all: until the end it grows beside its place. */
export function toFile(path: string): Output {
  const beside = `${path}.part`;
  let file: number | undefined;
  const guarded = <Result>(what: () => Result): Result => {
    try {
      return what();
    } catch (cause) {
      throw new Failure(1, `The file ${path} cannot be written: ${(cause as Error).message}.`, { cause });
    }
  };
  const opened = () => (file ??= guarded(() => openSync(beside, 'w')));
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    columns: undefined,
    isTerminal: false,
    write: (text) => {
      const into = opened();
      guarded(() => writeSync(into, text));
    },
    end: () => {
      opened();
      close();
      guarded(() => renameSync(beside, path));
    },
    discard: () => {
      if (file === undefined) return;
      close();
      rmSync(beside, { force: true });
    },
  };
}

export const isThere = (path: string): boolean => existsSync(path);
