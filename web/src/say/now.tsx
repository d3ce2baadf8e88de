import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { clockTime, lengthOf } from './moments.js';

const NowContext = createContext(0);
export const NowProvider = NowContext.Provider;
/** The present moment, a second old at most. */
export const useNow = (): number => useContext(NowContext);

export function useTicking(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** How long ago; the moment itself stands in its title. */
export function Ago({ atMs }: { readonly atMs: number | null }): ReactNode {
  const nowMs = useNow();
  if (atMs === null) return <>–</>;
  return (
    <time dateTime={new Date(atMs).toISOString()} title={clockTime(atMs, nowMs)}>
      {lengthOf(nowMs - atMs)} ago
    </time>
  );
}
