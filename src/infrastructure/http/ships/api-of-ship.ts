import { applyDecorators } from '@nestjs/common';
import { ApiV1 } from '../asking/api.js';

/** A ship is a player and a symbol: every address about one names both. */
export function ApiOfShip(path = ''): ClassDecorator {
  return applyDecorators(ApiV1(`players/:player/ships/:symbol${path}`, 'ships'));
}
