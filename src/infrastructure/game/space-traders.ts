import type { z } from 'zod';
import type { CallOptions, Game, GameShip, GameWaypoint } from '../../application/ports/game.js';
import { agentOf, cargoOf, marketOf, navOf, shipOf, transactionOf, waypointOf } from './answers.js';
import type { Call, Caller } from './caller.js';
import * as contract from './contract.js';

/** The most that the game gives on one page. */
const pageLength = 20;

const part = encodeURIComponent;
const systemOf = (waypoint: string) => waypoint.split('-').slice(0, 2).join('-');

/** The game over its API: the real one and the simulator alike. */
export class SpaceTraders implements Game {
  constructor(private readonly caller: Caller) {}

  async status(options?: CallOptions) {
    const { resetDate, serverResets } = await this.caller.call(contract.status, get('/'), options);
    const nextMs = Date.parse(serverResets?.next ?? '');
    return { era: resetDate, nextResetMs: Number.isNaN(nextMs) ? null : nextMs - this.caller.skewMs };
  }

  async agent(options?: CallOptions) {
    return agentOf(await this.#data(contract.agent, get('/my/agent'), options));
  }

  async ships(options?: CallOptions): Promise<readonly GameShip[]> {
    const ships = await this.#pages(contract.ship, '/my/ships', options);
    return ships.map((ship) => shipOf(ship, this.caller.skewMs));
  }

  async ship(symbol: string, options?: CallOptions) {
    return shipOf(await this.#data(contract.ship, get(`/my/ships/${part(symbol)}`), options), this.caller.skewMs);
  }

  async waypoints(system: string, options?: CallOptions): Promise<readonly GameWaypoint[]> {
    const waypoints = await this.#pages(contract.waypoint, `/systems/${part(system)}/waypoints`, options);
    return waypoints.map(waypointOf);
  }

  async market(waypoint: string, options?: CallOptions) {
    const path = `/systems/${part(systemOf(waypoint))}/waypoints/${part(waypoint)}/market`;
    return marketOf(await this.#data(contract.market, get(path), options), this.caller.skewMs);
  }

  async orbit(ship: string, options?: CallOptions) {
    const call = { ...post(ship, 'orbit'), repeatable: true };
    return this.#nav(await this.#data(contract.navChange, call, options));
  }

  async dock(ship: string, options?: CallOptions) {
    const call = { ...post(ship, 'dock'), repeatable: true };
    return this.#nav(await this.#data(contract.navChange, call, options));
  }

  async navigate(ship: string, waypoint: string, options?: CallOptions) {
    const call = post(ship, 'navigate', { waypointSymbol: waypoint });
    const answer = await this.#data(contract.navigation, call, options);
    return { nav: this.#nav(answer), fuel: answer.fuel };
  }

  async setFlightMode(ship: string, mode: string, options?: CallOptions) {
    const call: Call = { method: 'PATCH', path: `/my/ships/${part(ship)}/nav`, body: { flightMode: mode } };
    return navOf(await this.#data(contract.flightModeChange, call, options), this.caller.skewMs);
  }

  async refuel(ship: string, units?: number, options?: CallOptions) {
    const call = post(ship, 'refuel', units === undefined ? {} : { units });
    const { agent, fuel, transaction } = await this.#data(contract.refuelling, call, options);
    return { credits: agent.credits, fuel, transaction: transactionOf(transaction, this.caller.skewMs) };
  }

  purchase(ship: string, good: string, units: number, options?: CallOptions) {
    return this.#trade(post(ship, 'purchase', { symbol: good, units }), options);
  }

  sell(ship: string, good: string, units: number, options?: CallOptions) {
    return this.#trade(post(ship, 'sell', { symbol: good, units }), options);
  }

  async jettison(ship: string, good: string, units: number, options?: CallOptions) {
    const call = post(ship, 'jettison', { symbol: good, units });
    return cargoOf((await this.#data(contract.cargoChange, call, options)).cargo);
  }

  async buyShip(type: string, waypoint: string, options?: CallOptions) {
    const body = { shipType: type, waypointSymbol: waypoint };
    const call: Call = { method: 'POST', path: '/my/ships', body };
    const { agent, ship } = await this.#data(contract.shipPurchase, call, options);
    return { ship: shipOf(ship, this.caller.skewMs), credits: agent.credits };
  }

  #nav({ nav }: z.output<typeof contract.navChange>) {
    return navOf(nav, this.caller.skewMs);
  }

  async #trade(call: Call, options?: CallOptions) {
    const { agent, cargo, transaction } = await this.#data(contract.trade, call, options);
    return {
      credits: agent.credits,
      cargo: cargoOf(cargo),
      transaction: transactionOf(transaction, this.caller.skewMs),
    };
  }

  async #data<T>(schema: z.ZodType<T>, call: Call, options?: CallOptions): Promise<T> {
    return (await this.caller.call(contract.enveloped(schema), call, options)).data;
  }

  async #pages<T>(schema: z.ZodType<T>, path: string, options?: CallOptions): Promise<readonly T[]> {
    const all: T[] = [];
    for (let page = 1; ; page += 1) {
      const call = get(`${path}?page=${page}&limit=${pageLength}`);
      const { data, meta } = await this.caller.call(contract.paged(schema), call, options);
      all.push(...data);
      if (data.length === 0 || all.length >= meta.total) return all;
    }
  }
}

function get(path: string): Call {
  return { method: 'GET', path };
}

function post(ship: string, action: string, body: Call['body'] = {}): Call {
  return { method: 'POST', path: `/my/ships/${part(ship)}/${action}`, body };
}
