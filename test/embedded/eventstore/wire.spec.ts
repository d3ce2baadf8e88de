import fc from 'fast-check';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord } from '../../../src/embedded/eventstore/log/event-log.js';
import { readAppendRequest, writeAppendResponse } from '../../../src/embedded/eventstore/wire/append.js';
import { MalformedMessage } from '../../../src/embedded/eventstore/wire/proto-reader.js';
import { ProtoReader } from '../../../src/embedded/eventstore/wire/proto-reader.js';
import { writeEvent } from '../../../src/embedded/eventstore/wire/read-response.js';
import { uuidBytes, uuidText } from '../../../src/embedded/eventstore/wire/uuid.js';

const bytes = fc.uint8Array({ maxLength: 300 });
const text = fc.string({ unit: 'binary', maxLength: 100 });
const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).filter((value) => value.some((byte) => byte > 0));
const record: fc.Arbitrary<LogRecord> = fc.record({
  stream: text.filter((name) => name !== ''),
  revision: fc.maxSafeNat(),
  tombstone: fc.constant(false),
  id,
  type: text,
  isJson: fc.boolean(),
  createdTicks: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  data: bytes,
  metadata: bytes,
  position: fc.maxSafeNat(),
  end: fc.maxSafeNat(),
});

describe('the bytes of an event that is read', () => {
  it('say to the generated classes what the record says', () => {
    fc.assert(
      fc.property(record, (original) => {
        const written = writeEvent({ event: original, link: undefined }, 'string');
        const read = messages.ReadResp.deserializeBinary(written).getEvent()!;
        const event = read.getEvent()!;
        expect(read.getCommitPosition()).toBe(String(original.position));
        expect(event.getId()?.getString()).toBe(uuidText(original.id));
        expect(Buffer.from(event.getStreamIdentifier()!.getStreamName_asU8()).toString()).toBe(original.stream);
        expect(event.getStreamRevision()).toBe(String(original.revision));
        expect([event.getPreparePosition(), event.getCommitPosition()]).toEqual(
          Array(2).fill(String(original.position)),
        );
        expect(event.getMetadataMap().toObject(false, undefined as never)).toEqual(
          expect.arrayContaining([
            ['type', original.type],
            ['created', String(original.createdTicks)],
            ['content-type', original.isJson ? 'application/json' : 'application/octet-stream'],
          ]),
        );
        expect(Buffer.compare(event.getData_asU8(), original.data)).toBe(0);
        expect(Buffer.compare(event.getCustomMetadata_asU8(), original.metadata)).toBe(0);
      }),
    );
  });

  it('hold both halves of an id that is asked for in structured form', () => {
    fc.assert(
      fc.property(record, (original) => {
        const written = writeEvent({ event: undefined, link: original }, 'structured');
        const structured = messages.ReadResp.deserializeBinary(written).getEvent()?.getLink()?.getId()?.getStructured();
        const halves = [structured!.getMostSignificantBits(), structured!.getLeastSignificantBits()];
        const expected = Buffer.from(original.id);
        expect(halves).toEqual([String(expected.readBigInt64BE(0)), String(expected.readBigInt64BE(8))]);
      }),
    );
  });
});

describe('the bytes of an append', () => {
  it('are read as the generated classes wrote them', () => {
    fc.assert(
      fc.property(record, fc.boolean(), (original, structured) => {
        const uuid = new shared.UUID();
        const halves = Buffer.from(original.id);
        if (structured) {
          const parts = new shared.UUID.Structured();
          parts.setMostSignificantBits(String(halves.readBigInt64BE(0)));
          parts.setLeastSignificantBits(String(halves.readBigInt64BE(8)));
          uuid.setStructured(parts);
        } else uuid.setString(uuidText(original.id));
        const message = new messages.AppendReq.ProposedMessage();
        message.setId(uuid);
        message.getMetadataMap().set('type', original.type || 'T');
        message.getMetadataMap().set('content-type', original.isJson ? 'application/json' : 'text/plain');
        message.getMetadataMap().set('else', 'ignored');
        message.setData(original.data);
        message.setCustomMetadata(original.metadata);
        const request = new messages.AppendReq();
        request.setProposedMessage(message);
        const read = readAppendRequest(Buffer.from(request.serializeBinary()));
        if (read.type !== 'event') throw new Error('It is an event.');
        expect(read.event.type).toBe(original.type || 'T');
        expect(read.event.isJson).toBe(original.isJson);
        expect(Buffer.compare(read.event.id, original.id)).toBe(0);
        expect(Buffer.compare(read.event.data, original.data)).toBe(0);
        expect(Buffer.compare(read.event.metadata, original.metadata)).toBe(0);
      }),
    );
  });

  it('carry an expected revision up to 2^63 - 1', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (revision) => {
        const stream = new shared.StreamIdentifier();
        stream.setStreamName(Buffer.from('ship-1'));
        const options = new messages.AppendReq.Options();
        options.setStreamIdentifier(stream);
        options.setRevision(String(revision));
        const request = new messages.AppendReq();
        request.setOptions(options);
        const read = readAppendRequest(Buffer.from(request.serializeBinary()));
        expect(read).toEqual({ type: 'options', options: { stream: 'ship-1', expected: { type: 'exact', revision } } });
        const answer = writeAppendResponse({ type: 'WrongExpectedVersion', current: 5 }, { type: 'exact', revision });
        const conflict = messages.AppendResp.deserializeBinary(answer).getWrongExpectedVersion();
        expect([conflict?.getExpectedRevision(), conflict?.getCurrentRevision()]).toEqual([String(revision), '5']);
      }),
    );
  });

  it('of any kind are read or refused, and never run over', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (garbage) => {
        const reader = new ProtoReader(Buffer.from(garbage));
        try {
          while (reader.next()) reader.skip();
        } catch (refusal) {
          expect(refusal).toBeInstanceOf(MalformedMessage);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the text of an id', () => {
  it('is read back as the same bytes, unless it is zero or no UUID', () => {
    fc.assert(fc.property(id, (value) => expect(Buffer.compare(uuidBytes(uuidText(value))!, value)).toBe(0)));
    for (const wrong of ['', 'x', '00000000-0000-0000-0000-000000000000', `${'a'.repeat(31)}`])
      expect(uuidBytes(wrong)).toBeUndefined();
  });
});
