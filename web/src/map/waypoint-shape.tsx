import type { ReactNode } from 'react';

/** Every type of waypoint by a shape of its own, so that colour is not needed to tell them apart. Drawn around 0. */
export function WaypointShape({ type }: { readonly type: string }): ReactNode {
  switch (type) {
    case 'PLANET':
      return <circle r={7} />;
    case 'MOON':
      return <circle r={3.6} />;
    case 'GAS_GIANT':
      return (
        <>
          <circle r={9} />
          <ellipse rx={14} ry={4} className="hollow" transform="rotate(-20)" />
        </>
      );
    case 'ORBITAL_STATION':
      return <rect x={-4} y={-4} width={8} height={8} />;
    case 'JUMP_GATE':
      return <path className="hollow thick" d="M-7 0 L-3.5 -6 L3.5 -6 L7 0 L3.5 6 L-3.5 6 Z" />;
    case 'FUEL_STATION':
      return <path d="M0 -6 L6 0 L0 6 L-6 0 Z" />;
    case 'ASTEROID':
    case 'ASTEROID_FIELD':
      return <path d="M0 -3.4 L3.2 2.4 L-3.2 2.4 Z" />;
    case 'ASTEROID_BASE':
      return <path d="M0 -7 L6.5 5 L-6.5 5 Z" />;
    case 'ENGINEERED_ASTEROID':
      return <path d="M0 -7 L6.7 -2.2 L4.1 5.7 L-4.1 5.7 L-6.7 -2.2 Z" />;
    default:
      return <path className="hollow thick" d="M-4 -4 L4 4 M4 -4 L-4 4" />;
  }
}

/** `ORBITAL_STATION` is read as "orbital station". */
export const typeWords = (type: string): string => type.toLowerCase().replaceAll('_', ' ');
export const isMarket = ({ traits }: { readonly traits: readonly string[] }): boolean => traits.includes('MARKETPLACE');
