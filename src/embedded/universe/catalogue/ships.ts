/** How every ship of one type is built. */
export interface ShipType {
  readonly type: string;
  readonly role: string;
  readonly frame: string;
  readonly moduleSlots: number;
  readonly mountingPoints: number;
  readonly engine: string;
  readonly speed: number;
  readonly reactor: string;
  readonly powerOutput: number;
  /** 0: it flies without fuel. */
  readonly fuelCapacity: number;
  readonly cargoCapacity: number;
  readonly modules: readonly string[];
  readonly mounts: readonly string[];
  readonly crew: { readonly required: number; readonly capacity: number };
  /** In credits, at a shipyard in balance. */
  readonly price: number;
}

const unmanned = { required: 0, capacity: 0 };
const probe = {
  ...{ frame: 'FRAME_PROBE', moduleSlots: 0, mountingPoints: 0, fuelCapacity: 0, cargoCapacity: 0 },
  ...{ engine: 'ENGINE_IMPULSE_DRIVE_I', speed: 9, reactor: 'REACTOR_SOLAR_I', powerOutput: 3 },
  ...{ modules: [], mounts: [], crew: unmanned },
};
const drone = {
  ...{ frame: 'FRAME_DRONE', moduleSlots: 3, mountingPoints: 2, fuelCapacity: 80, crew: unmanned },
  ...{ engine: 'ENGINE_IMPULSE_DRIVE_I', speed: 9, reactor: 'REACTOR_CHEMICAL_I', powerOutput: 15 },
};
const trader = { engine: 'ENGINE_ION_DRIVE_I', speed: 15, reactor: 'REACTOR_CHEMICAL_I', powerOutput: 15 };
const hold = 'MODULE_CARGO_HOLD_II';
const quarters = 'MODULE_CREW_QUARTERS_I';

const all: readonly ShipType[] = [
  {
    ...{ type: 'SHIP_COMMAND_FRIGATE', role: 'COMMAND', price: 500_000 },
    ...{ frame: 'FRAME_FRIGATE', moduleSlots: 8, mountingPoints: 5, fuelCapacity: 400, cargoCapacity: 40 },
    ...{ engine: 'ENGINE_ION_DRIVE_II', speed: 36, reactor: 'REACTOR_FISSION_I', powerOutput: 31 },
    modules: [hold, quarters, quarters, 'MODULE_MINERAL_PROCESSOR_I', 'MODULE_GAS_PROCESSOR_I'],
    mounts: ['MOUNT_SENSOR_ARRAY_II', 'MOUNT_GAS_SIPHON_II', 'MOUNT_MINING_LASER_II', 'MOUNT_SURVEYOR_II'],
    crew: { required: 57, capacity: 80 },
  },
  { ...probe, type: 'SHIP_PROBE', role: 'SATELLITE', price: 21_000 },
  {
    ...{ ...trader, type: 'SHIP_LIGHT_SHUTTLE', role: 'TRANSPORT', price: 88_000 },
    ...{ frame: 'FRAME_SHUTTLE', moduleSlots: 3, mountingPoints: 1, fuelCapacity: 300, cargoCapacity: 40 },
    ...{ modules: [hold, quarters], mounts: ['MOUNT_TURRET_I'], crew: { required: 21, capacity: 40 } },
  },
  {
    ...{ ...trader, type: 'SHIP_LIGHT_HAULER', role: 'HAULER', price: 270_000 },
    ...{ frame: 'FRAME_LIGHT_FREIGHTER', moduleSlots: 6, mountingPoints: 1, fuelCapacity: 600, cargoCapacity: 80 },
    modules: [hold, hold, quarters, quarters],
    ...{ mounts: ['MOUNT_TURRET_I'], crew: { required: 55, capacity: 80 } },
  },
  {
    ...{ ...drone, type: 'SHIP_MINING_DRONE', role: 'EXCAVATOR', price: 41_000, cargoCapacity: 15 },
    ...{ modules: ['MODULE_CARGO_HOLD_I', 'MODULE_MINERAL_PROCESSOR_I'], mounts: ['MOUNT_MINING_LASER_I'] },
  },
  {
    ...{ ...drone, type: 'SHIP_SIPHON_DRONE', role: 'EXCAVATOR', price: 40_000, cargoCapacity: 15 },
    ...{ modules: ['MODULE_CARGO_HOLD_I', 'MODULE_GAS_PROCESSOR_I'], mounts: ['MOUNT_GAS_SIPHON_I'] },
  },
  {
    ...{ ...drone, type: 'SHIP_SURVEYOR', role: 'SURVEYOR', price: 27_500, cargoCapacity: 0 },
    ...{ modules: [], mounts: ['MOUNT_SURVEYOR_I'] },
  },
];

export const shipTypes: Readonly<Record<string, ShipType>> = Object.fromEntries(all.map((each) => [each.type, each]));
