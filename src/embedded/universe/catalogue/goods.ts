/** What one good is worth, how much of it changes hands at once, and what it is made of. */
export interface Good {
  /** In credits; the price of a market in balance. */
  readonly basePrice: number;
  /** Units in one transaction at a market that makes or uses it. */
  readonly tradeVolume: 6 | 20 | 60;
  readonly inputs: readonly string[];
}

const raw = (basePrice: number, ...inputs: string[]): Good => ({ basePrice, tradeVolume: 60, inputs });
const made = (basePrice: number, ...inputs: string[]): Good => ({ basePrice, tradeVolume: 20, inputs });
const rare = (basePrice: number, ...inputs: string[]): Good => ({ basePrice, tradeVolume: 6, inputs });

export const goods: Readonly<Record<string, Good>> = {
  ADVANCED_CIRCUITRY: made(5200, 'ELECTRONICS', 'MICROPROCESSORS'),
  ALUMINUM: raw(200, 'ALUMINUM_ORE'),
  ALUMINUM_ORE: raw(60, 'EXPLOSIVES'),
  AMMONIA_ICE: raw(40, 'MACHINERY'),
  AMMUNITION: made(1400, 'IRON', 'LIQUID_NITROGEN'),
  ANTIMATTER: rare(5000, 'LAB_INSTRUMENTS', 'ADVANCED_CIRCUITRY'),
  ASSAULT_RIFLES: made(3400, 'ALUMINUM', 'AMMUNITION'),
  BIOCOMPOSITES: made(4800, 'FABRICS', 'POLYNUCLEOTIDES'),
  BOTANICAL_SPECIMENS: rare(15000, 'LAB_INSTRUMENTS', 'EQUIPMENT'),
  CLOTHING: made(4000, 'FABRICS'),
  COPPER: raw(240, 'COPPER_ORE'),
  COPPER_ORE: raw(55, 'EXPLOSIVES'),
  DIAMONDS: raw(90, 'EXPLOSIVES'),
  DRUGS: made(4200, 'AMMONIA_ICE', 'POLYNUCLEOTIDES'),
  ELECTRONICS: made(2200, 'SILICON_CRYSTALS', 'COPPER'),
  EQUIPMENT: made(2600, 'ALUMINUM', 'PLASTICS'),
  EXOTIC_MATTER: rare(28000, 'LAB_INSTRUMENTS', 'ADVANCED_CIRCUITRY'),
  EXPLOSIVES: made(140, 'LIQUID_HYDROGEN', 'LIQUID_NITROGEN'),
  FABRICS: raw(2000, 'FERTILIZERS'),
  FAB_MATS: made(1600, 'IRON', 'QUARTZ_SAND'),
  FERTILIZERS: raw(180, 'LIQUID_NITROGEN'),
  FIREARMS: made(3200, 'IRON', 'AMMUNITION'),
  FOOD: raw(1800, 'FERTILIZERS'),
  FUEL: raw(70, 'HYDROCARBON'),
  GOLD: raw(300, 'GOLD_ORE'),
  GOLD_ORE: raw(100, 'EXPLOSIVES'),
  HYDROCARBON: raw(45, 'MACHINERY'),
  ICE_WATER: raw(15, 'MACHINERY'),
  IRON: raw(120, 'IRON_ORE'),
  IRON_ORE: raw(50, 'EXPLOSIVES'),
  JEWELRY: made(2800, 'GOLD', 'SILVER', 'PRECIOUS_STONES', 'DIAMONDS'),
  LAB_INSTRUMENTS: made(4600, 'ELECTRONICS', 'EQUIPMENT'),
  LIQUID_HYDROGEN: raw(25, 'MACHINERY'),
  LIQUID_NITROGEN: raw(30, 'MACHINERY'),
  MACHINERY: made(2400, 'IRON'),
  MEDICINE: made(3800, 'FABRICS', 'POLYNUCLEOTIDES'),
  MERITIUM_ORE: raw(1200, 'EXPLOSIVES'),
  MICROPROCESSORS: made(3000, 'SILICON_CRYSTALS', 'COPPER'),
  PLASTICS: raw(150, 'LIQUID_HYDROGEN'),
  PLATINUM: raw(280, 'PLATINUM_ORE'),
  PLATINUM_ORE: raw(85, 'EXPLOSIVES'),
  POLYNUCLEOTIDES: made(220, 'LIQUID_HYDROGEN', 'LIQUID_NITROGEN'),
  PRECIOUS_STONES: raw(75, 'EXPLOSIVES'),
  QUARTZ_SAND: raw(20, 'EXPLOSIVES'),
  SHIP_PARTS: rare(5600, 'EQUIPMENT', 'ELECTRONICS'),
  SHIP_PLATING: rare(5400, 'ALUMINUM', 'MACHINERY'),
  SILICON_CRYSTALS: raw(35, 'EXPLOSIVES'),
  SILVER: raw(260, 'SILVER_ORE'),
  SILVER_ORE: raw(65, 'EXPLOSIVES'),
  URANITE_ORE: raw(320, 'EXPLOSIVES'),
};

/** Units in one transaction where a good is neither made nor used. */
export function exchangeVolume(good: string): number {
  return good === 'ANTIMATTER' ? 18 : 180;
}
