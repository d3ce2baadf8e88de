import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import {
  DATABASE,
  PROJECTIONS,
  type Database,
  type Projections,
  type ProjectionStatus,
} from '../../application/ports/views.js';
import { ListParked, ListProjections, type ParkedStream } from '../../application/queries/projections.js';
import { readParked } from '../live/parked.js';

@QueryHandler(ListProjections)
export class ListProjectionsHandler implements IQueryHandler<ListProjections> {
  constructor(@Inject(PROJECTIONS) private readonly projections: Projections) {}

  async execute(): Promise<readonly ProjectionStatus[]> {
    return this.projections.statuses();
  }
}

@QueryHandler(ListParked)
export class ListParkedHandler implements IQueryHandler<ListParked> {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  execute({ ask }: ListParked): Promise<readonly ParkedStream[]> {
    return readParked(this.database, ask.view);
  }
}
