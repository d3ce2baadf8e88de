/** The server did not answer at all. */
export class ServerAway extends Error {
  override readonly name = 'ServerAway';
}

/** The server answered, and said no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

const patienceMs = 10_000;

/** @throws ServerAway or Refused */
export async function read<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const late = AbortSignal.timeout(patienceMs);
  const response = await fetch(path, { signal: signal ? AbortSignal.any([signal, late]) : late }).catch(
    (error: unknown) => {
      if (signal?.aborted === true) throw error;
      throw new ServerAway('The server does not answer.');
    },
  );
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as Answer;
  throw new Refused(response.status, detailOf(body) ?? `The server answered ${response.status}.`);
}

function detailOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('detail' in body)) return undefined;
  return typeof body.detail === 'string' ? body.detail : undefined;
}
