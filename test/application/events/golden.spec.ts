import { readdirSync, readFileSync } from 'node:fs';
import { catalogue } from '../../../src/application/events/catalogue.js';
import { decodeEvent } from '../../../src/application/events/event-codec.js';
import type { EventSchema } from '../../../src/application/events/event-schema.js';
import type { JsonObject } from '../../../src/domain/kernel/json.js';
import { examples } from '../../support/examples.js';

const folder = new URL('./golden/', import.meta.url);
const files = readdirSync(folder).sort();
const versions = Object.entries<EventSchema>(catalogue).flatMap(([type, { version }]) =>
  Array.from({ length: version }, (_, older) => `${type}.v${older + 1}.json`),
);

describe('events as they were once written', () => {
  it('are kept for every version of every type, and for no other', () => {
    expect(files).toEqual(versions.sort());
  });

  it.each(files)('%s is still readable', (file) => {
    const [type = '', version = ''] = file.split('.');
    const data = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as JsonObject;
    const metadata = examples.metadata({ schemaVersion: Number(version.slice(1)) });
    expect(decodeEvent({ type, data, metadata })).toEqual(examples.everyEvent().find((event) => event.type === type));
  });
});
