import type { Waypoint } from '../model/universe.js';
import { oneOf, sequence, type Sequence } from './sequence.js';

/**
 * The waypoints of a system as a new universe has them: a home planet, six inner planets, a gas giant, an engineered
 * asteroid, two asteroid belts with a base each, and a jump gate. The same ones for the same seed; a seed's chart must
 * not change, because charts are kept in files.
 */
export function chartOf(symbol: string, seed: number): readonly Waypoint[] {
  const chart = new Chart(symbol, sequence(seed));
  chart.home();
  for (const letter of ['D', 'E', 'F', 'G', 'H', 'K']) chart.planet(letter);
  chart.gasGiant();
  chart.add('X', 'ENGINEERED_ASTEROID', chart.at(26), ['COMMON_METAL_DEPOSITS', 'MARKETPLACE']);
  chart.belt({ letter: 'B', asteroids: 32, nearest: 312, farthest: 388, base: 346, fuelAt: 0.55 });
  chart.gate();
  chart.belt({ letter: 'J', asteroids: 22, nearest: 715, farthest: 788, base: 719, fuelAt: 0.84 });
  return chart.waypoints;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Belt {
  readonly letter: string;
  readonly asteroids: number;
  readonly nearest: number;
  readonly farthest: number;
  readonly base: number;
  /** Where its fuel station is, as a share of the way to the base. */
  readonly fuelAt: number;
}

class Chart {
  readonly waypoints: Waypoint[] = [];

  constructor(
    readonly symbol: string,
    readonly chance: Sequence,
  ) {}

  home(): void {
    const place = this.at(25);
    const planet = this.add('A', 'PLANET', place, ['TEMPERATE', 'MARKETPLACE']);
    this.add('A', 'MOON', place, ['ROCKY', 'MARKETPLACE', 'SHIPYARD'], planet);
    this.add('A', 'MOON', place, ['ROCKY', 'MARKETPLACE'], planet);
    this.add('A', 'ORBITAL_STATION', place, ['MARKETPLACE'], planet);
  }

  planet(letter: string): void {
    const { chance } = this;
    const place = this.at(45 + chance() * 60);
    const climate = oneOf(chance, ['FROZEN', 'JUNGLE', 'OCEAN', 'VOLCANIC', 'BARREN']);
    const centre = this.add(letter, 'PLANET', place, [climate, 'MARKETPLACE']);
    const orbiting = Math.floor(chance() * 3);
    for (let each = 0; each < orbiting; each++) {
      const traits = chance() < 0.8 ? ['ROCKY', 'MARKETPLACE'] : ['ROCKY'];
      this.add(letter, chance() < 0.75 ? 'MOON' : 'ORBITAL_STATION', place, traits, centre);
    }
  }

  gasGiant(): void {
    const bearing = this.bearing();
    const centre = this.add('C', 'GAS_GIANT', this.at(155, bearing), ['VIBRANT_AURORAS', 'STRONG_MAGNETOSPHERE']);
    this.add('C', 'ORBITAL_STATION', this.at(155, bearing), ['INDUSTRIAL', 'MARKETPLACE'], centre);
    this.fuelStation('C', 116, bearing);
  }

  belt({ letter, asteroids, nearest, farthest, base, fuelAt }: Belt): void {
    for (let each = 0; each < asteroids; each++) {
      const place = this.at(nearest + this.chance() * (farthest - nearest));
      this.add(letter, 'ASTEROID', place, this.deposits());
    }
    const bearing = this.bearing();
    this.add(letter, 'ASTEROID_BASE', this.at(base, bearing), ['HOLLOWED_INTERIOR', 'MARKETPLACE']);
    this.fuelStation(letter, base * fuelAt, bearing + Math.PI / 9);
  }

  gate(): void {
    const bearing = this.bearing();
    this.add('I', 'JUMP_GATE', this.at(450, bearing), ['MARKETPLACE']);
    this.fuelStation('I', 225, bearing);
  }

  add(letter: string, type: string, { x, y }: Point, traits: readonly string[], orbits?: string): string {
    const symbol = `${this.symbol}-${letter}${this.waypoints.length + 1}`;
    this.waypoints.push({ symbol, type, x, y, traits, ...(orbits !== undefined && { orbits }) });
    return symbol;
  }

  at(radius: number, bearing = this.bearing()): Point {
    // Plus 0: JSON has no -0.
    return { x: Math.round(radius * Math.cos(bearing)) + 0, y: Math.round(radius * Math.sin(bearing)) + 0 };
  }

  private fuelStation(letter: string, radius: number, bearing: number): void {
    this.add(letter, 'FUEL_STATION', this.at(radius, bearing), ['MARKETPLACE']);
  }

  private deposits(): readonly string[] {
    const { chance } = this;
    const share = chance();
    const metal =
      share < 0.52 ? 'MINERAL' : share < 0.89 ? 'COMMON_METAL' : share < 0.96 ? 'RARE_METAL' : 'PRECIOUS_METAL';
    return [
      `${metal}_DEPOSITS`,
      ...(chance() < 0.26 ? ['RADIOACTIVE'] : []),
      ...(chance() < 0.19 ? ['SHALLOW_CRATERS'] : []),
    ];
  }

  private bearing(): number {
    return this.chance() * 2 * Math.PI;
  }
}
