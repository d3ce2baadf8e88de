// Prints a star system like those of a new SpaceTraders universe, the same one for the same seed:
//   node scripts/generate-system.mjs [SYMBOL] [SEED] > examples/X1-HF01.json
const [symbol = 'X1-HF01', seed = '1'] = process.argv.slice(2);

const chance = sequence(Number(seed));
const waypoints = [];
let number = 0;

home();
for (const letter of ['D', 'E', 'F', 'G', 'H', 'K']) planet(letter);
gasGiant();
add('X', 'ENGINEERED_ASTEROID', at(26), ['COMMON_METAL_DEPOSITS', 'MARKETPLACE'], { fuel: true });
belt('B', 32, 312, 388, 346, 'ASTEROID_BASE', 0.55);
gate();
belt('J', 22, 715, 788, 719, 'ASTEROID_BASE', 0.84);
console.log(
  `{"system":${JSON.stringify({ symbol, type: 'BLUE_STAR' })},"waypoints":[\n${waypoints.map((each) => JSON.stringify(each)).join(',\n')}\n]}`,
);

function home() {
  const place = at(25);
  const planet = add('A', 'PLANET', place, ['TEMPERATE', 'MARKETPLACE'], { fuel: true });
  for (let moon = 0; moon < 2; moon++)
    add('A', 'MOON', place, ['ROCKY', 'MARKETPLACE', 'SHIPYARD'].slice(0, 3 - moon), { fuel: true, orbits: planet });
  add('A', 'ORBITAL_STATION', place, ['MARKETPLACE'], { fuel: true, orbits: planet });
}

function planet(letter) {
  const place = at(45 + chance() * 60);
  const centre = add(
    letter,
    'PLANET',
    place,
    [oneOf(['FROZEN', 'JUNGLE', 'OCEAN', 'VOLCANIC', 'BARREN']), 'MARKETPLACE'],
    { fuel: true },
  );
  const orbiting = Math.floor(chance() * 3);
  for (let each = 0; each < orbiting; each++) {
    const traits = chance() < 0.8 ? ['ROCKY', 'MARKETPLACE'] : ['ROCKY'];
    add(letter, chance() < 0.75 ? 'MOON' : 'ORBITAL_STATION', place, traits, {
      fuel: traits.length > 1,
      orbits: centre,
    });
  }
}

function gasGiant() {
  const bearing = chance() * 2 * Math.PI;
  const centre = add('C', 'GAS_GIANT', at(155, bearing), ['VIBRANT_AURORAS', 'STRONG_MAGNETOSPHERE'], { fuel: false });
  add('C', 'ORBITAL_STATION', at(155, bearing), ['INDUSTRIAL', 'MARKETPLACE'], { fuel: false, orbits: centre });
  fuelStation('C', 116, bearing);
}

function belt(letter, asteroids, nearest, farthest, base, type, fuelAt) {
  for (let each = 0; each < asteroids; each++) {
    add(letter, 'ASTEROID', at(nearest + chance() * (farthest - nearest)), depositsOf(chance()), { fuel: false });
  }
  const bearing = chance() * 2 * Math.PI;
  add(letter, type, at(base, bearing), ['HOLLOWED_INTERIOR', 'MARKETPLACE'], { fuel: true });
  fuelStation(letter, base * fuelAt, bearing + Math.PI / 9);
}

function gate() {
  const bearing = chance() * 2 * Math.PI;
  add('I', 'JUMP_GATE', at(450, bearing), ['MARKETPLACE'], { fuel: true });
  fuelStation('I', 225, bearing);
}

function fuelStation(letter, radius, bearing) {
  add(letter, 'FUEL_STATION', at(radius, bearing), ['MARKETPLACE'], { fuel: true });
}

function depositsOf(share) {
  const deposits =
    share < 0.52 ? 'MINERAL' : share < 0.89 ? 'COMMON_METAL' : share < 0.96 ? 'RARE_METAL' : 'PRECIOUS_METAL';
  return [
    `${deposits}_DEPOSITS`,
    ...(chance() < 0.26 ? ['RADIOACTIVE'] : []),
    ...(chance() < 0.19 ? ['SHALLOW_CRATERS'] : []),
  ];
}

function add(letter, type, { x, y }, traits, { fuel, orbits }) {
  const waypoint = {
    symbol: `${symbol}-${letter}${++number}`,
    type,
    x,
    y,
    traits,
    has_fuel: fuel,
    ...(orbits && { orbits }),
  };
  waypoints.push(waypoint);
  return waypoint.symbol;
}

function at(radius, bearing = chance() * 2 * Math.PI) {
  return { x: Math.round(radius * Math.cos(bearing)), y: Math.round(radius * Math.sin(bearing)) };
}

function oneOf(words) {
  return words[Math.floor(chance() * words.length)];
}

/** A small linear generator: repeatable anywhere, which is all that is asked of it. */
function sequence(start) {
  let state = BigInt(start);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 11n) / 2 ** 53;
  };
}
