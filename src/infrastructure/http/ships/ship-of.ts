import { applyDecorators } from '@nestjs/common';
import { PlayerId, ShipSymbol } from '../../../domain/ids.js';
import { shipResource, type Resource } from '../../../domain/lease/resource.js';
import { ApiV1 } from '../asking/api.js';

/** A ship is a player and a symbol: every address about one names both. */
export function ApiOfShip(path = ''): ClassDecorator {
  return applyDecorators(ApiV1(`players/:player/ships/:symbol${path}`, 'ships'));
}

export function shipAt(player: number, symbol: string): Resource {
  return shipResource(PlayerId(player), ShipSymbol(symbol));
}
