import { DatabaseUnavailable, RowRefused } from '../../application/ports/views.js';

/** SQLSTATE classes: data exception, integrity constraint, program limit. The same values will be refused again. */
const refusals = ['22', '23', '54'];
/** Syntax or missing object: a bug, or a database that is not ours. */
const bugs = ['42', '0A'];

/** What a failed statement means to a caller, by code and never by class. */
export function explained(error: unknown): Error {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' && message !== '' ? message : String(error);
  const sqlState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
  const sqlClass = sqlState?.slice(0, 2) ?? '';
  if (refusals.includes(sqlClass)) return new RowRefused(`${text} (${sqlState})`, { cause: error });
  if (bugs.includes(sqlClass)) return error as Error;
  const why = sqlState ?? (typeof code === 'string' ? code : 'connection');
  return new DatabaseUnavailable(`PostgreSQL does not answer: ${text || why} (${why})`, { cause: error });
}
