import fc from 'fast-check';
import { crc32, portableCrc32 } from '../../../../src/embedded/eventstore/log/checksum.js';

describe('The checksum', () => {
  it('is the CRC-32 of zlib, PNG and everybody', () => {
    const bytes = Buffer.from('123456789');
    expect(portableCrc32(bytes, 0, bytes.length, 0)).toBe(0xcbf4_3926);
    expect(portableCrc32(bytes, 3, 3, 0)).toBe(0);
  });

  it('is the same whether the runtime computes it or we do, and can be continued', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.nat(), fc.nat(), (bytes, seed, cut) => {
        const middle = cut % (bytes.length + 1);
        const whole = portableCrc32(bytes, 0, bytes.length, seed);
        expect(crc32(bytes, 0, bytes.length, seed)).toBe(whole);
        expect(crc32(bytes, middle, bytes.length, crc32(bytes, 0, middle, seed))).toBe(whole);
      }),
    );
  });
});
