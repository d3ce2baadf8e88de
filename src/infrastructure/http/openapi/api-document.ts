import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

/** The document, made when it is first asked for: a start does not wait for it. */
@Injectable()
export class ApiDocument {
  #describe: (() => OpenAPIObject) | undefined;
  #document: OpenAPIObject | undefined;

  from(describe: () => OpenAPIObject): void {
    this.#describe = describe;
  }

  get(): OpenAPIObject | undefined {
    return (this.#document ??= this.#describe?.());
  }
}
