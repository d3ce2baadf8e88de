import { Injectable } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';
import { faultWords } from '../../../application/fault-words.js';
import { edgeProblem } from './edge-problems.js';
import { validationProblem } from './validation-faults.js';

const places = { body: 'body', query: 'query', param: 'path', rawBody: 'body', custom: 'header' } as const;

/** Holds every `@Body({schema})`, `@Query({schema})` and `@Param(name, {schema})` to its schema, and hands on the schema's value. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, { schema, type, data }: ArgumentMetadata): Promise<unknown> {
    if (schema === undefined) return value;
    const result = await read(schema, value);
    if (result.issues === undefined) return result.value;
    if (type === 'body' && data === undefined && value === undefined) {
      throw edgeProblem('json-malformed', 'A JSON body is needed.');
    }
    throw validationProblem(result.issues, places[type], data === undefined ? [] : [data]);
  }
}

/** A schema of zod says in the house's words what it has no words of its own for. */
async function read(schema: StandardSchemaV1, value: unknown): Promise<StandardSchemaV1.Result<unknown>> {
  if (!(schema instanceof z.ZodType)) return schema['~standard'].validate(value);
  const { success, data, error } = await schema.safeParseAsync(value, { error: faultWords });
  return success ? { value: data } : { issues: error.issues };
}
