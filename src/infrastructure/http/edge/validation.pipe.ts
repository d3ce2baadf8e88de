import { Injectable } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { edgeProblem } from './edge-problems.js';
import { validationProblem } from './validation-faults.js';

const places = { body: 'body', query: 'query', param: 'path', rawBody: 'body', custom: 'header' } as const;

/** Holds every `@Body({schema})`, `@Query({schema})` and `@Param(name, {schema})` to its schema, and hands on the schema's value. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, { schema, type, data }: ArgumentMetadata): Promise<unknown> {
    if (schema === undefined) return value;
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return result.value;
    if (type === 'body' && data === undefined && value === undefined) {
      throw edgeProblem('json-malformed', 'A JSON body is needed.');
    }
    throw validationProblem(result.issues, places[type], data === undefined ? [] : [data]);
  }
}
