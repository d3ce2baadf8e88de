/** What a body of the inner system may make; together they are the chains from ore to ship parts. */
export const industries: readonly (readonly string[])[] = [
  ['FERTILIZERS', 'PLASTICS'],
  ['IRON', 'COPPER', 'ALUMINUM'],
  ['FABRICS', 'MACHINERY', 'POLYNUCLEOTIDES'],
  ['FOOD', 'CLOTHING', 'EQUIPMENT'],
  ['FIREARMS', 'ASSAULT_RIFLES'],
  ['AMMUNITION', 'EXPLOSIVES'],
  ['ELECTRONICS', 'FAB_MATS'],
  ['MICROPROCESSORS'],
  ['ADVANCED_CIRCUITRY', 'SHIP_PLATING'],
  ['MEDICINE', 'SHIP_PARTS'],
  ['JEWELRY'],
  ['LAB_INSTRUMENTS', 'BIOCOMPOSITES'],
];

/** What people use up. */
export const consumed = ['FOOD', 'CLOTHING', 'MEDICINE', 'EQUIPMENT', 'JEWELRY', 'BIOCOMPOSITES'];

/** What asteroids and gas giants give. */
export const minerals = ['ICE_WATER', 'AMMONIA_ICE', 'QUARTZ_SAND', 'SILICON_CRYSTALS'];
export const ores = ['IRON_ORE', 'COPPER_ORE', 'ALUMINUM_ORE', 'GOLD_ORE', 'SILVER_ORE', 'PLATINUM_ORE'];
export const stones = ['PRECIOUS_STONES', 'DIAMONDS', 'URANITE_ORE', 'MERITIUM_ORE'];
export const gases = ['HYDROCARBON', 'LIQUID_HYDROGEN', 'LIQUID_NITROGEN'];

export const preciousMetals = ['GOLD', 'SILVER', 'PLATINUM'];
export const contraband = ['DRUGS'];
export const piratesUse = ['FOOD', 'MEDICINE', 'CLOTHING', 'EQUIPMENT', 'FIREARMS', 'ASSAULT_RIFLES'];
export const shipyardsUse = ['SHIP_PARTS', 'SHIP_PLATING'];
