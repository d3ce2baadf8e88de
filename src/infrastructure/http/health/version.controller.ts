import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answers } from '../openapi/answers.js';
import { VERSION } from './product.js';

const version = z.object({ name: z.literal('holdfast'), version: z.string(), node: z.string() });

@Controller('api/v1/version')
@ApiTags('health')
export class VersionController {
  constructor(@Inject(VERSION) private readonly stated: string) {}

  @Get()
  @Answers('What runs here', version)
  version() {
    return { name: 'holdfast', version: this.stated, node: process.versions.node };
  }
}
