import { Refused } from '../../../src/infrastructure/cli/failure.js';

const refused = (status: number) =>
  new Refused(
    { status, code: 'x', title: 'The views cannot be read', detail: 'Commands go on.', retryable: true },
    '{}',
  );

describe('what the server refuses', () => {
  it('is its sentence; of a server that cannot, the title comes first', () => {
    expect(refused(409).message).toBe('Commands go on.');
    expect(refused(503).message).toBe('The views cannot be read: Commands go on.');
  });
});
