import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  incurObligation,
  intendEffect,
  observeEffect,
  settleObligation,
  type Recorded,
} from '../../domain/lease/effects.js';
import type { Asker } from '../../domain/lease/events.js';
import type { LeaseState } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Resource } from '../../domain/lease/resource.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from './decide-lease.js';

/** What a holder does in the outside world and what the ship owes for it, declared and recorded under its token. */
export type EffectRecord =
  | {
      readonly type: 'intend';
      readonly token: number;
      readonly effectId: string;
      readonly action: string;
      /** How long from now on it may still land. */
      readonly withinMs: number;
      readonly probe: JsonObject;
    }
  | {
      readonly type: 'observe';
      readonly token: number;
      readonly effectId: string;
      readonly result: 'happened' | 'did-not-happen';
      readonly evidence: JsonObject;
    }
  | {
      readonly type: 'incur';
      readonly token: number;
      readonly obligationId: string;
      readonly good: string;
      readonly units: number;
    }
  | {
      readonly type: 'settle';
      readonly token: number;
      readonly obligationId: string;
      readonly how: 'sold' | 'delivered' | 'jettisoned' | 'written-off';
      /** Null: the holder itself. */
      readonly by: Asker | null;
    };

export class RecordEffect extends Command<Answer<Recorded | LeaseRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly resource: Resource,
    readonly record: EffectRecord,
  ) {
    super();
  }
}

@CommandHandler(RecordEffect)
export class RecordEffectHandler implements ICommandHandler<RecordEffect> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  execute({ context, resource, record }: RecordEffect): Promise<Answer<Recorded | LeaseRefusal>> {
    return decideLease(this.decisions, context, resource, (state, nowMs) =>
      decideRecord(record, resource, state, nowMs),
    );
  }
}

function decideRecord(record: EffectRecord, resource: Resource, state: LeaseState, nowMs: number) {
  switch (record.type) {
    case 'intend':
      return intendEffect({ ...record, resource, deadlineMs: nowMs + record.withinMs, nowMs }, state);
    case 'observe':
      return observeEffect({ ...record, resource, nowMs }, state);
    case 'incur':
      return incurObligation({ ...record, resource, nowMs }, state);
    case 'settle':
      return settleObligation({ ...record, resource, nowMs }, state);
    default:
      return record satisfies never;
  }
}
