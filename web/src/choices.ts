import { useCallback, useState } from 'react';

/** What the user chose. It stands in the address, so that a reload and a shared link show the same. */
export interface Choices {
  readonly system: string | null;
  readonly waypoint: string | null;
  /** Containers whose tours are hidden. */
  readonly hidden: readonly string[];
  readonly ended: boolean;
}

export function choicesIn(search: string): Choices {
  const said = new URLSearchParams(search);
  return {
    system: said.get('system'),
    waypoint: said.get('waypoint'),
    hidden: said.getAll('hide'),
    ended: said.has('ended'),
  };
}

export function searchOf({ system, waypoint, hidden, ended }: Choices): string {
  const search = new URLSearchParams([
    ...(system === null ? [] : [['system', system]]),
    ...(waypoint === null ? [] : [['waypoint', waypoint]]),
    ...hidden.map((container) => ['hide', container]),
    ...(ended ? [['ended', 'yes']] : []),
  ]);
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

export function useChoices(): readonly [Choices, (change: Partial<Choices>) => void] {
  const [choices, setChoices] = useState(() => choicesIn(location.search));
  const choose = useCallback((change: Partial<Choices>) => {
    setChoices((before) => {
      const after = { ...before, ...change };
      history.replaceState(null, '', `${location.pathname}${searchOf(after)}`);
      return after;
    });
  }, []);
  return [choices, choose];
}
